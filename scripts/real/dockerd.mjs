// A Docker daemon of our own, for tests and for recording captures: apart from any daemon that the machine may run.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { staticBusybox } from './packages.mjs';
import { childrenOf, missingCapabilities } from './processes.mjs';

/** The one image of the daemon: a static busybox and the names of a few of its programs. */
export const image = 'busybox:1';

const programs = [
  'sh',
  'sleep',
  'true',
  'false',
  'echo',
  'cat',
  'ls',
  'tail',
  'touch',
  'id',
  'wget',
  'dpkg',
  'test',
  'rm',
];

/**
 * The machine's own settings and the key that identifies its daemon are in /etc/docker, which some versions also write. The
 * daemon finds its folder where a daemon usually has it, so that the paths that it tells are those of any machine; /srv is
 * empty, for paths that containers mount. A daemon runs for each line of the input, one after the other: this shell
 * outlives one that is killed, and so does what it had started.
 */
const apart = `
echo docktape >/proc/sys/kernel/hostname
mkdir -p /etc/docker
for folder in /etc/docker /srv /var/lib; do mount -t tmpfs tmpfs $folder; done
mkdir /var/lib/docker
mount --bind "$1/data" /var/lib/docker
mount --bind "$1" /run
shift
while read -r _; do "$@" </dev/null || [ $? -eq 137 ]; done
`;

/**
 * A runc that gives no container a capability that this machine does not have itself, as when it is a container: without it,
 * nothing privileged starts there. What the daemon knows and says of its containers stays the same.
 *
 * @param {string[]} missing
 */
const modestRunc = (missing) => `#!/bin/sh
option=
for argument; do
  case $option in
    --bundle) file=$argument/config.json ;;
    --process) file=$argument ;;
    *) file= ;;
  esac
  [ -z "$file" ] || sed -i -E 's/"(${missing.join('|')})",?//g; s/("CAP_[A-Z_]+"),]/\\1]/g' "$file"
  option=$argument
done
PATH=\${PATH#*:} exec runc "$@"
`;

/**
 * @typedef {object} Dockerd
 * @property {string} folder where the socket is; nothing else that matters to a client
 * @property {string} socket the socket's path
 * @property {string} host the open params that name this daemon
 * @property {Docker} docker a client
 * @property {() => void} reload has the daemon read its settings again, by SIGHUP
 * @property {() => Promise<void>} kill ends the daemon with SIGKILL; its containers go on
 * @property {() => Promise<void>} startAgain starts the daemon that was killed, and waits until it answers
 * @property {() => Promise<void>} stop removes the containers, ends the daemon and all it started, deletes its files
 */

/**
 * @typedef {object} DockerdOptions
 * @property {boolean} [liveRestore] whether a daemon that is started again keeps the containers that still run
 */

/**
 * Starts dockerd with its own data, exec root, pid file and socket, waits until it answers, and imports {@link image}.
 * It runs in its own pid, mount, network and UTS namespaces: when it ends, or when this process ends, however that
 * happens, the kernel ends everything that it started, undoes its mounts and takes back its bridges. Its host name is
 * `docktape` and its data and its socket are at the usual paths, so that what it says of itself says nothing of this machine.
 *
 * @param {DockerdOptions} [options]
 * @returns {Promise<Dockerd>}
 */
export async function startDockerd({ liveRestore = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'docktape-dockerd-'));
  const path = (/** @type {string} */ name) => join(folder, name);
  const socket = path('docker.sock');
  const logFile = path('log');
  for (const name of ['home', 'data', 'bin']) mkdirSync(path(name));
  const missing = missingCapabilities();
  if (missing.length > 0) writeFileSync(path('bin/runc'), modestRunc(missing), { mode: 0o755 });

  const log = openSync(logFile, 'w');
  const command = [
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...['unshare', '--uts', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...['sh', '-euc', apart, 'sh', folder],
    ...['dockerd', '--iptables=false', '--bridge=none', '--host', 'unix:///var/run/docker.sock'],
    ...(liveRestore ? ['--live-restore'] : []),
  ];
  const [program = '', ...args] = command;
  const env = {
    PATH: `${path('bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: path('home'),
  };
  const child = spawn(program, args, { env, stdio: ['pipe', log, log] });
  const input = /** @type {import('node:stream').Writable} */ (child.stdin);
  input.on('error', () => {}); // its reader has ended, which is noticed otherwise
  closeSync(log);
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const docker = new Docker({ socketPath: socket });

  /** unshare forks once, into the new pid namespace: the shell, whose child is the daemon, and what killed ones have left. */
  const daemons = () =>
    childrenOf(child.pid ?? -1)
      .flatMap((shell) => childrenOf(shell.pid))
      .filter(({ command }) => command[0] === 'dockerd');
  const start = async () => {
    input.write('\n');
    await ready(docker, () => child.exitCode !== null || child.pid === undefined);
  };
  const reload = () => {
    for (const { pid } of daemons()) process.kill(pid, 'SIGHUP');
  };
  const kill = async () => {
    for (const { pid } of daemons()) process.kill(pid, 'SIGKILL');
    while (daemons().length > 0) await sleep(5);
  };
  const end = async () => {
    input.end();
    for (const { pid } of daemons()) process.kill(pid, 'SIGTERM');
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
    await start();
    await importImage(docker, folder);
  } catch (error) {
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
    await end();
    throw new Error(`dockerd did not start: ${error}\n${lines}`, { cause: error });
  }
  return { folder, socket, host: `unix://${socket}`, docker, reload, kill, startAgain: start, stop };
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
