import { posix } from 'node:path';
import type { FileTree } from '../host/file-tree.js';
import { Unit } from './unit.js';
import { parseUnitText } from './unit-text.js';

/** Where units of the system are, the first one counts: systemd.unit(5), "Unit File Load Path". */
const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** Where the control groups of services that run are. */
const RUNNING = '/sys/fs/cgroup/system.slice';

/** The services with such a name, each once though it may have several names, with their drop-ins. Masked ones are none. */
export function findServices(tree: FileTree, pattern: RegExp): Unit[] {
  const files = unitFiles(tree, (name) => pattern.test(name) && name.endsWith('.service') && !name.includes('@'));
  const units: Unit[] = [];
  for (const [name, path] of files) {
    if (aliasOf(tree, name, path) !== undefined) continue;
    const text = tree.text(path);
    // A link to /dev/null, or an empty file, is how a unit is masked.
    if (!text) continue;
    const aliases = [...files].filter(([other, at]) => other !== name && aliasOf(tree, other, at) === name);
    const names = [name, ...aliases.map(([alias]) => alias)];
    const settings = [text, ...dropIns(tree, names)].flatMap(parseUnitText);
    units.push(new Unit(name, aliases.length > 0 || isInUse(tree, names), settings));
  }
  return units;
}

/** The file that counts for each name. */
function unitFiles(tree: FileTree, isWanted: (name: string) => boolean): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of tree.names(folder).filter(isWanted)) {
      if (!files.has(name)) files.set(name, posix.join(folder, name));
    }
  }
  return files;
}

/** The name of the unit that a link with another name leads to. */
function aliasOf(tree: FileTree, name: string, path: string): string | undefined {
  const target = posix.basename(tree.link(path) ?? name);
  return target !== name && target.endsWith('.service') ? target : undefined;
}

function isInUse(tree: FileTree, names: readonly string[]): boolean {
  const isWanted = FOLDERS.some((folder) =>
    tree
      .names(folder)
      .filter((name) => /\.(wants|requires)$/.test(name))
      .some((name) => tree.names(posix.join(folder, name)).some((wanted) => names.includes(wanted))),
  );
  return isWanted || names.some((name) => tree.stat(posix.join(RUNNING, name)) !== undefined);
}

/** The texts of the drop-ins, ordered by file name. Of two with one name that of the first folder counts, also to mask it. */
function dropIns(tree: FileTree, names: readonly string[]): string[] {
  const folders = [...names.flatMap(dropInFolders), 'service.d'];
  const files = new Map<string, string>();
  for (const folder of folders.flatMap((name) => FOLDERS.map((parent) => posix.join(parent, name)))) {
    for (const name of tree.names(folder).filter((file) => file.endsWith('.conf'))) {
      if (!files.has(name)) files.set(name, posix.join(folder, name));
    }
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, path]) => tree.text(path) ?? '');
}

/** `a-b.service.d`, then those of all units whose names begin alike: `a-.service.d`. */
function dropInFolders(name: string): string[] {
  const folders = [`${name}.d`];
  const stem = name.slice(0, -'.service'.length);
  for (let dash = stem.lastIndexOf('-'); dash >= 0; dash = stem.lastIndexOf('-', dash - 1)) {
    folders.push(`${stem.slice(0, dash + 1)}.service.d`);
    if (dash === 0) break;
  }
  return folders;
}
