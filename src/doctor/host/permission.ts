import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './accounts.js';
import type { FileTree } from './file-tree.js';

/** Bits of a file's mode, as others have them. */
export const Permission = { read: 4, write: 2, enter: 1 } as const;

/**
 * The first path on the way to a file, the file included, that a user may not use: folders are to be entered, the file itself
 * as `wanted` says. `undefined` when nothing is in the way. Modes alone count: access control lists and security profiles do not.
 */
export function deniedAt(tree: FileTree, path: string, user: Account, wanted: number): string | undefined {
  const real = tree.real(path);
  if (user.uid === 0 || real === undefined) return undefined;
  const folders: string[] = [];
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === '/') break;
  }
  const closed = folders.find((folder) => !allows(tree.stat(folder), user, Permission.enter));
  if (closed !== undefined) return closed;
  return allows(tree.stat(real), user, wanted) ? undefined : real;
}

/** The owner's bits hold for the owner, the group's for its members, the others' for everybody else, as in path_resolution(7). */
function allows(stats: Stats | undefined, { uid, gids }: Account, wanted: number): boolean {
  if (!stats) return true;
  const shift = stats.uid === uid ? 6 : gids.includes(stats.gid) ? 3 : 0;
  return ((stats.mode >> shift) & wanted) === wanted;
}
