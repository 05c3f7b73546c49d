import type { FileTree } from './file-tree.js';

/** A user, as the kernel's permissions see one. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  /** All groups, the primary one too. */
  readonly gids: readonly number[];
  readonly home: string;
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** The users and groups of a host, by its passwd(5) and group(5) alone: what a directory service has is not known. */
export class Accounts {
  readonly #users: readonly Account[];
  readonly #groups: readonly Group[];

  constructor(tree: FileTree) {
    this.#groups = records(tree.text('/etc/group')).map(([name = '', , gid, members = '']) => ({
      name,
      gid: Number(gid),
      members: members.split(',').filter(Boolean),
    }));
    this.#users = records(tree.text('/etc/passwd')).map(([name = '', , uid, gid, , home = '/']) => ({
      name,
      uid: Number(uid),
      gids: [Number(gid), ...this.#groups.filter(({ members }) => members.includes(name)).map((group) => group.gid)],
      home,
    }));
  }

  /** A user by name or number. */
  user(nameOrUid: string | number): Account | undefined {
    return this.#users.find(({ name, uid }) => name === nameOrUid || uid === Number(nameOrUid));
  }

  /** A group's number by its name or number. */
  gid(nameOrGid: string): number | undefined {
    return this.#groups.find(({ name, gid }) => name === nameOrGid || gid === Number(nameOrGid))?.gid;
  }

  /** A user's name; the number when there is none. */
  userName(uid: number): string {
    return this.user(uid)?.name ?? String(uid);
  }

  /** A group's name; the number when there is none. */
  groupName(gid: number): string {
    return this.#groups.find((group) => group.gid === gid)?.name ?? String(gid);
  }

  /** Who is listed in a group; not those whose primary group it is. */
  members(group: string): readonly string[] {
    return this.#groups.find(({ name }) => name === group)?.members ?? [];
  }
}

/** The user of this process, with the groups that it was given at login. */
export function currentUser(accounts: Accounts): Account {
  const uid = process.getuid?.() ?? 0;
  const gids = [process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])];
  const known = accounts.user(uid);
  return { name: known?.name ?? String(uid), uid, gids, home: known?.home ?? '/' };
}

function records(text = ''): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}
