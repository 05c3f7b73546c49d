import { createHash } from 'node:crypto';
import { printable } from './printable.js';

/** Members of a JSON object in a stranger's capture: each may be missing, or anything. */
type Members = Readonly<Record<string, unknown>>;

/** Containers of which it is remembered what was shown. */
const REMEMBERED = 10_000;

const INDENT = '    ';

/**
 * What docktape found out of what events are about, in lines for people. What is true of a container, or of the host, is told once,
 * and again when it has changed.
 */
export class ContextLines {
  /** For each subject a hash of what was told: a stranger's capture can have any amount to tell. */
  readonly #shown = new Map<string, string>();

  /** The lines for an event, indented, control characters escaped; none when there is nothing new to tell. */
  of(payload: Buffer): string[] {
    // Most lines have none, and JSON takes its time.
    if (!payload.includes(',"docktape":{')) return [];
    const event = parsed(payload.toString());
    const context = membersOf(event.docktape);
    const subject = textOf(membersOf(event.Actor).ID) ?? '';
    return [
      ...this.#news(`container ${subject}`, containerLines(membersOf(context.container))),
      ...execLines(membersOf(context.exec)),
      ...lackLines(textsOf(context.lacks)),
      ...this.#news('host', hostLines(membersOf(context.host))),
    ].map((line) => INDENT + printable(line));
  }

  #news(subject: string, lines: readonly string[]): readonly string[] {
    const before = this.#shown.get(subject);
    if (before === undefined && lines.length === 0) return [];
    const hash = createHash('sha256').update(lines.join('\n')).digest('base64');
    if (hash === before) return [];
    if (this.#shown.size >= REMEMBERED) this.#shown.clear();
    this.#shown.set(subject, hash);
    return lines;
  }
}

function containerLines(container: Members): string[] {
  const mode = (name: string, key: string) => told(name, textOf(container[key]));
  return [
    joined([
      container.privileged === true ? 'PRIVILEGED' : undefined,
      mode('user', 'user'),
      mode('network', 'network_mode'),
      mode('pid', 'pid_mode'),
      mode('ipc', 'ipc_mode'),
      mode('user namespace', 'userns_mode'),
      container.readonly_rootfs === true ? 'read-only root' : undefined,
    ]),
    told('runs', commandText([...textsOf(container.entrypoint), ...textsOf(container.command)])),
    told('mounts', joined(mountTexts(container.mounts))),
    told('capabilities', signed(textsOf(container.cap_add), textsOf(container.cap_drop))),
    told('security', joined(textsOf(container.security_opt))),
    told('devices', joined(textsOf(container.devices))),
    told('ports', joined(textsOf(container.ports))),
    told('environment', joined(textsOf(container.env_names))),
    joined([
      mode('image', 'image_id'),
      ...textsOf(container.image_digests),
      mode('created', 'created'),
      mode('runtime', 'runtime'),
      mode('restart', 'restart_policy'),
    ]),
  ].filter((line) => line !== undefined);
}

function execLines(exec: Members): string[] {
  const traits = joined([
    exec.privileged === true ? 'PRIVILEGED' : undefined,
    told('user', textOf(exec.user)),
    exec.tty === true ? 'terminal' : undefined,
  ]);
  const parts = [traits, told('runs', commandText(textsOf(exec.args)))];
  const line = told('exec', joined(parts));
  return line === undefined ? [] : [line];
}

function hostLines(host: Members): string[] {
  const line = joined([
    told('host', textOf(host.name)),
    told('engine', textOf(host.engine)),
    told('daemon', textOf(host.id)),
  ]);
  return line === undefined ? [] : [line];
}

function lackLines(lacks: readonly string[]): string[] {
  return lacks.length === 0 ? [] : [`not known, or not up to date: ${lacks.join(', ')}`];
}

/** `SOURCE:DESTINATION:rw|ro:TYPE`, as `docker run -v` writes the first three. */
function mountTexts(mounts: unknown): string[] {
  if (!Array.isArray(mounts)) return [];
  return mounts.map((mount: unknown) => {
    const { source, destination, rw, type } = membersOf(mount);
    const parts = [textOf(source), textOf(destination), rw === true ? 'rw' : 'ro', textOf(type)];
    return parts.filter((part) => part !== undefined).join(':');
  });
}

function signed(added: readonly string[], dropped: readonly string[]): string | undefined {
  return joined([...added.map((name) => `+${name}`), ...dropped.map((name) => `-${name}`)]);
}

/** Arguments with blanks between them. */
function commandText(args: readonly string[]): string | undefined {
  if (args.length === 0) return undefined;
  return args.join(' ');
}

function told(name: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${name} ${text}`;
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  const told = texts.filter((text) => text !== undefined);
  return told.length === 0 ? undefined : told.join(', ');
}

/** A text as it is when it is one word, and otherwise in quotes, so that none looks like several, or like what docktape says. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\s,"']+$/.test(value) ? value : JSON.stringify(value);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map((element: unknown) => textOf(element) ?? '') : [];
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function parsed(payload: string): Members {
  try {
    return membersOf(JSON.parse(payload));
  } catch {
    return {};
  }
}
