import { posix } from 'node:path';
import type { Account, Accounts } from '../host/accounts.js';
import type { FileTree } from '../host/file-tree.js';
import { findServices } from '../systemd/find-units.js';
import type { Unit } from '../systemd/unit.js';

/** Where Falco's configuration is when nothing else is said. */
export const FALCO_YAML = '/etc/falco/falco.yaml';

/** A Falco that systemd starts. */
export interface FalcoService {
  readonly unit: Unit;
  /** The configuration that it is started with. */
  readonly config: string;
  /** Whom it runs as; `undefined` when the unit names a user that there is not. */
  readonly user: Account | undefined;
  /** The variables that its unit sets. */
  readonly env: Readonly<Record<string, string>>;
}

/** A user that exists only while a service runs: no file has its number. */
const DYNAMIC_UID = -1;

/** The services that run Falco; of those that a package brings, only the ones that are in use, unless none is. */
export function falcoServices(tree: FileTree, accounts: Accounts): FalcoService[] {
  const services = findServices(tree, /^falco/).flatMap((unit) => {
    const command = commandOf(unit);
    return command === undefined ? [] : [serviceOf(unit, command, tree, accounts)];
  });
  const inUse = services.filter(({ unit }) => unit.isInUse);
  return inUse.length > 0 ? inUse : services;
}

/** The words of the command line; `undefined` when it does not run Falco. */
function commandOf(unit: Unit): string[] | undefined {
  const [program = '', ...args] = unit.words('ExecStart');
  // What may stand before the program: systemd.service(5), "Special executable prefixes".
  return posix.basename(program.replace(/^[-@:+!|]+/, '')) === 'falco' ? args : undefined;
}

function serviceOf(unit: Unit, args: readonly string[], tree: FileTree, accounts: Accounts): FalcoService {
  const config = args[args.lastIndexOf('-c') + 1];
  const user = userOf(unit, accounts);
  return {
    unit,
    config: args.includes('-c') && config ? config : FALCO_YAML,
    user,
    env: { ...(user ? { HOME: user.home } : {}), ...environmentOf(unit, tree) },
  };
}

function userOf(unit: Unit, accounts: Accounts): Account | undefined {
  const name = unit.value('User') ?? (unit.isYes('DynamicUser') ? unit.name : 'root');
  const dynamic = { name, uid: DYNAMIC_UID, gids: [], home: '/' };
  const root = { name, uid: 0, gids: [0], home: '/root' };
  const known = accounts.user(name) ?? (name === 'root' ? root : unit.isYes('DynamicUser') ? dynamic : undefined);
  if (known === undefined) return undefined;
  const given = [unit.value('Group') ?? [], unit.words('SupplementaryGroups')].flat();
  return { ...known, gids: [...known.gids, ...given.flatMap((group) => accounts.gid(group) ?? [])] };
}

/** Variables of files take the place of those in the unit. */
function environmentOf(unit: Unit, tree: FileTree): Record<string, string> {
  const files = unit.values('EnvironmentFile').flatMap((path) => environmentFile(tree, path.replace(/^-/, '')));
  return Object.fromEntries([...unit.words('Environment'), ...files].map(splitVariable));
}

function environmentFile(tree: FileTree, path: string): string[] {
  const lines = (tree.text(path) ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => /^[^#;=\s]+=/.test(line)).map((line) => line.replace(/=\s*(["'])(.*)\1$/, '=$2'));
}

function splitVariable(assignment: string): [string, string] {
  const equals = assignment.indexOf('=');
  return [assignment.slice(0, equals), assignment.slice(equals + 1)];
}
