import { accessSync, constants, type Stats, statSync } from 'node:fs';
import type { Endpoint } from '../../docker/endpoint.js';
import type { Account, Accounts } from '../host/accounts.js';
import { notChecked, type Outcome, ok, problem } from '../outcome.js';

/** Who asks, and how it is found out what they may do; to be replaced where a test wants to be somebody else. */
export interface SocketViewer {
  /** The user of this process with the groups that it has got. */
  readonly user: Account;
  readonly accounts: Accounts;
  /** Throws unless the path may be written to. */
  readonly access?: (path: string) => void;
  /** Where else a socket is often found. */
  readonly elsewhere?: readonly string[];
}

/** Whether the daemon's socket is there, and may be used. */
export function checkSocket(endpoint: Endpoint, viewer: SocketViewer): Outcome {
  if (!('socketPath' in endpoint)) return notChecked(`${endpoint.name} is no local socket`);
  const path = endpoint.socketPath;
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    return absent(path, viewer, error);
  }
  if (!stats.isSocket()) return problem(`${path} is no socket`, "name the path of the daemon's socket");
  const owner = describeOwner(stats, viewer.accounts);
  try {
    (viewer.access ?? mayWrite)(path);
  } catch {
    return problem(`${path} (${owner}) may not be used by ${viewer.user.name}`, permissionAdvice(stats, viewer));
  }
  return ok(`${path} (${owner}) may be used`);
}

function mayWrite(path: string): void {
  accessSync(path, constants.W_OK);
}

function absent(path: string, { user, elsewhere = usualSockets(user.uid) }: SocketViewer, error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES')
    return problem(`the folders above ${path} may not be entered`, 'run as their owner, or as root');
  const other = elsewhere.find((candidate) => candidate !== path && isSocket(candidate));
  return problem(
    `there is no socket ${path}`,
    other === undefined
      ? 'start Docker (`systemctl start docker`), or name its address: docktape doctor unix://PATH'
      : `there is one at ${other}: try \`docktape doctor unix://${other}\``,
  );
}

/** The default, and those of rootless engines, of Podman and of Falco's image. */
function usualSockets(uid: number): string[] {
  return [
    '/var/run/docker.sock',
    `/run/user/${uid}/docker.sock`,
    '/host/var/run/docker.sock',
    '/run/podman/podman.sock',
    `/run/user/${uid}/podman/podman.sock`,
  ];
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}

/** As `ls -l` would: `root:docker, 0660`. */
function describeOwner({ uid, gid, mode }: Stats, accounts: Accounts): string {
  const bits = (mode & 0o777).toString(8).padStart(4, '0');
  return `${accounts.userName(uid)}:${accounts.groupName(gid)}, ${bits}`;
}

function permissionAdvice({ gid, mode }: Stats, { user, accounts }: SocketViewer): string {
  const group = accounts.groupName(gid);
  const groupMayWrite = (mode & 0o020) !== 0;
  if (!groupMayWrite || gid === 0) return 'run as the owner of the socket, or as root';
  if (user.gids.includes(gid)) return 'see the access control list of the socket and of the folders above it: getfacl';
  if (accounts.members(group).includes(user.name)) {
    return `${user.name} is in the group ${group}, but not yet in this session: log in again, or run \`newgrp ${group}\``;
  }
  return `\`sudo usermod -aG ${group} ${user.name}\` and log in again, which gives rights like those of root; or run as root`;
}
