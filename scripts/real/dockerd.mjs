// A Docker daemon of our own, for tests and for recording captures: apart from any daemon that the machine may run.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { staticBusybox } from './packages.mjs';
import { childrenOf } from './processes.mjs';

/** The one image of the daemon: a static busybox and the names of a few of its programs. */
export const image = 'busybox:1';

const programs = ['sh', 'sleep', 'true', 'false', 'echo', 'cat', 'ls', 'tail', 'touch', 'id'];

/** The machine's own settings and the key that identifies its daemon are in /etc/docker, which some versions also write. */
const apart = `
echo docktape >/proc/sys/kernel/hostname
mkdir -p /etc/docker
mount -t tmpfs tmpfs /etc/docker
exec "$@"
`;

/**
 * @typedef {object} Dockerd
 * @property {string} folder where the socket is; nothing else that matters to a client
 * @property {string} socket the socket's path
 * @property {string} host the open params that name this daemon
 * @property {Docker} docker a client
 * @property {() => Promise<void>} stop removes the containers, ends the daemon and all it started, deletes its files
 */

/**
 * Starts dockerd with its own data, exec root, pid file and socket, waits until it answers, and imports {@link image}.
 * It runs in its own pid, mount, network and UTS namespaces: when it ends, or when this process ends, however that
 * happens, the kernel ends everything that it started, undoes its mounts and takes back its bridges. Its host name is `docktape`, so that what it says of
 * itself says nothing of this machine.
 *
 * @returns {Promise<Dockerd>}
 */
export async function startDockerd() {
  const folder = mkdtempSync(join(tmpdir(), 'docktape-dockerd-'));
  const path = (/** @type {string} */ name) => join(folder, name);
  const socket = path('docker.sock');
  const logFile = path('log');
  mkdirSync(path('home'));

  const log = openSync(logFile, 'w');
  const command = [
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...['unshare', '--uts', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...['sh', '-euc', apart, 'sh'],
    ...['dockerd', '--iptables=false', '--bridge=none', '--data-root', path('data'), '--exec-root', path('exec')],
    ...['--pidfile', path('pid'), '--host', `unix://${socket}`],
  ];
  const [program = '', ...args] = command;
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: path('home') };
  const child = spawn(program, args, { env, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const docker = new Docker({ socketPath: socket });

  const end = async () => {
    // unshare forks once, into the new pid namespace, and passes no signal on.
    for (const daemon of childrenOf(child.pid ?? -1)) process.kill(daemon.pid, 'SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  };
  const stop = async () => {
    for (const { Id } of await docker.listContainers({ all: true })) {
      await docker.getContainer(Id).remove({ force: true, v: true });
    }
    await end();
  };

  try {
    await ready(docker, () => child.exitCode !== null || child.pid === undefined);
    await importImage(docker, folder);
  } catch (error) {
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
    await end();
    throw new Error(`dockerd did not start: ${error}\n${lines}`, { cause: error });
  }
  return { folder, socket, host: `unix://${socket}`, docker, stop };
}

/**
 * @param {Docker} docker
 * @param {() => boolean} hasEnded
 */
async function ready(docker, hasEnded) {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (hasEnded()) throw new Error('it ended at once');
    const answer = await docker.ping().catch(() => undefined);
    if (answer) return;
    await sleep(50);
  }
  throw new Error('it did not answer within 30 seconds');
}

/**
 * @param {Docker} docker
 * @param {string} folder
 */
async function importImage(docker, folder) {
  const busybox = staticBusybox();
  if (!busybox) throw new Error('a static busybox is missing: run `apt-get install -y busybox-static`');
  const root = join(folder, 'rootfs');
  mkdirSync(join(root, 'bin'), { recursive: true });
  mkdirSync(join(root, 'tmp'));
  await copyFile(busybox, join(root, 'bin/busybox'));
  for (const name of programs) symlinkSync('busybox', join(root, 'bin', name));
  const [repo, tag] = image.split(':');
  const tar = spawn('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const progress = await docker.importImage(tar.stdout, { repo, tag });
  await new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error, output) => (error ? reject(error) : resolve(output)));
  });
}
