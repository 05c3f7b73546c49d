import { directives } from './systemd-directives.js';

/** A unit of systemd, or a drop-in: sections, and in each the values of a directive in their order. */
export type UnitFile = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

const booleans = [
  ...['DynamicUser', 'PrivateTmp', 'PrivateDevices', 'NoNewPrivileges', 'ProtectClock', 'ProtectControlGroups'],
  ...['ProtectHostname', 'ProtectKernelLogs', 'ProtectKernelModules', 'ProtectKernelTunables', 'RestrictNamespaces'],
  ...['RestrictRealtime', 'RestrictSUIDSGID', 'LockPersonality', 'MemoryDenyWriteExecute', 'PrivateNetwork'],
];

/** What systemd 252 takes as the values of directives; `''` takes back what was said before. */
const values: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(booleans.map((name) => [name, /^(yes|no)$/])),
  ...Object.fromEntries(['RestartSec', 'TimeoutStopSec'].map((name) => [name, /^\d+(ms|s|min|h)$/])),
  Type: /^(simple|exec|forking|oneshot|dbus|notify|idle)$/,
  Restart: /^(no|always|on-success|on-failure|on-abnormal|on-abort|on-watchdog)$/,
  KillMode: /^(control-group|mixed|process|none)$/,
  ProtectSystem: /^(yes|no|full|strict)$/,
  ProtectHome: /^(yes|no|read-only|tmpfs)$/,
  ProtectProc: /^(noaccess|invisible|ptraceable|default)$/,
  UMask: /^0[0-7]{3}$/,
  StateDirectoryMode: /^0[0-7]{3}$/,
  RestrictAddressFamilies: /^(AF_[A-Z0-9]+)( AF_[A-Z0-9]+)*$/,
  SystemCallFilter: /^(@(system-service|pkey))( @(system-service|pkey))*$/,
  SystemCallArchitectures: /^native$/,
  SystemCallErrorNumber: /^(EPERM|ENOSYS)$/,
};

/**
 * Reads a unit strictly: nothing but comments, sections and `Name=value` on one line, where systemd would warn and go on.
 *
 * @throws Error that names the line
 */
export function parseUnit(text: string): UnitFile {
  const unit = new Map<string, Map<string, string[]>>();
  let section = '';
  for (const [index, line] of text.split('\n').entries()) {
    const fault = (what: string) => new Error(`line ${index + 1}: ${what}: ${line}`);
    if (line === '' || line.startsWith('#')) continue;
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      if (!directives.has(header)) throw fault('no such section');
      if (unit.has(header)) throw fault('a second section of this name');
      unit.set(header, new Map());
      section = header;
      continue;
    }
    const [, name = '', value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (name === '') throw fault('neither a section nor a directive');
    if (!directives.get(section)?.has(name)) throw fault(`no directive of [${section}]`);
    if (value !== value.trim() || value.endsWith('\\')) throw fault('blanks or a continuation');
    if (value !== '' && values[name] && !values[name].test(value)) throw fault('no such value');
    const known = unit.get(section) as Map<string, string[]>;
    known.set(name, [...(known.get(name) ?? []), value]);
  }
  return unit;
}

/** The one value of a directive of [Service]. */
export function serviceValue(unit: UnitFile, name: string): string {
  const found = unit.get('Service')?.get(name) ?? [];
  if (found.length !== 1) throw new Error(`${name} is said ${found.length} times`);
  return found[0] as string;
}
