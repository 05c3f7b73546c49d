import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { forky } from '../../../scripts/real/forky.mjs';

const checkout = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** The library under test, at a path that is the same here and in the chroot. */
export const library = `${checkout}/build/Release/libdocker.so`;

export interface SysdigOptions {
  /** Where the events are from, in the plugin's open params; or `scap`. */
  readonly openParams?: string;
  /** The plugin's `init_config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A file that an earlier run wrote, instead of the plugin's own events. */
  readonly scap?: string;
  readonly condition?: string;
  /** sysdig's output format; an event that lacks a field is printed nevertheless, with `<NA>`. */
  readonly format?: string;
  /** Folders or files outside the checkout that must be there, at the same path. */
  readonly bind?: readonly string[];
  /** More of sysdig's own arguments. */
  readonly args?: readonly string[];
}

export interface SysdigOutput {
  readonly lines: string[];
  readonly stderr: string;
}

/**
 * Runs sysdig to its end. Judged by what it printed and never by its exit code: that is 0 for an invalid regular
 * expression and for a source that fails, which both show on standard error only.
 */
export function sysdig(options: SysdigOptions): SysdigOutput {
  const [program, args] = command(options);
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (error) throw error;
  return { lines: stdout.split('\n').slice(0, -1), stderr };
}

/** Starts sysdig; the process is sysdig's own, so a signal sent to it reaches sysdig. Each line is written at once. */
export function startSysdig(options: SysdigOptions): ChildProcess {
  const [program, args] = command({ ...options, args: ['--unbuffered', ...(options.args ?? [])] });
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * A program in the chroot, in a mount namespace of its own: the kernel undoes the mounts when it ends. Each step replaces
 * the one before it, so there is one process. A bind mount needs something to cover: a file or folder of the same kind.
 */
const script = `
chroot=$1; shift
mount -t proc proc "$chroot/proc"
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir -p "$chroot$1"; else mkdir -p "$chroot$(dirname "$1")"; touch "$chroot$1"; fi
  mount --bind "$1" "$chroot$1"
  shift
done
shift
exec chroot "$chroot" "$@"
`;

/** The command that runs a program in sysdig's chroot, with the checkout, this Node and what `bind` names in it. */
export function inChroot(
  program: readonly string[],
  bind: readonly string[] = [],
): [program: string, args: readonly string[]] {
  const binds = [checkout, process.execPath, ...bind];
  const shell = ['sh', '-euc', script, 'sh', forky, ...binds, '--', ...program];
  return ['unshare', ['--mount', '--propagation', 'private', ...shell]];
}

function command(options: SysdigOptions): [program: string, args: readonly string[]] {
  const source = options.scap ? ['-r', options.scap] : ['-I', `docker:${options.openParams ?? ''}`];
  const format = options.format ? ['-p', `*${options.format}`] : [];
  const condition = options.condition ? [options.condition] : [];
  const plugin = options.config ? `${library}:${JSON.stringify(options.config)}` : library;
  const args = ['-H', plugin, ...source, ...format, ...(options.args ?? []), ...condition];
  return inChroot(['sysdig', ...args], options.bind);
}
