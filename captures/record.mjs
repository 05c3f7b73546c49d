// Records the captures that ship, each from a Docker daemon of its own: `node captures/record.mjs [SCENARIO…]`, as root on
// Debian after `npm run build`. Without names, all of captures/scenarios/.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDockerd } from '../scripts/real/dockerd.mjs';
import { requirePackages } from '../scripts/real/packages.mjs';
import { fail, root } from '../scripts/run.mjs';

/**
 * @typedef {import('../scripts/real/dockerd.mjs').Dockerd} Dockerd
 * @typedef {(docker: import('dockerode'), dockerd: Dockerd) => Promise<void>} Scenario what happens while the recorder listens
 */

const folder = join(root, 'captures');
const known = readdirSync(join(folder, 'scenarios')).map((file) => file.replace(/\.mjs$/, ''));
const names = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = names.find((name) => !known.includes(name));
if (unknown) fail(`there is no scenario ${unknown}: the scenarios are ${known.join(', ')}`);
if (process.getuid?.() !== 0)
  fail('recording needs root, because it starts dockerd: run `sudo node captures/record.mjs`');
if (!existsSync(join(root, 'dist/cli.js'))) fail('docktape is not built: run `npm run build`');

requirePackages(['dockerd', 'busybox']);
try {
  for (const name of names) await record(name);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

/** @param {string} name of a scenario */
async function record(name) {
  const scenario = await import(`./scenarios/${name}.mjs`);
  const { run, isDaemonLost = false } = /** @type {{ run: Scenario, isDaemonLost?: boolean }} */ (scenario);
  const capture = join(folder, `${name}.db`);
  const unfinished = join(folder, `.${name}.db`);
  rmSync(unfinished, { force: true });
  const dockerd = await startDockerd({ liveRestore: isDaemonLost });
  try {
    const recorder = startRecorder(dockerd.folder, unfinished, isDaemonLost ? ['--retry'] : []);
    const ended = once(recorder, 'exit');
    await Promise.race([recording(recorder), ended.then(() => fails('ended before it recorded'))]);
    await run(dockerd.docker, dockerd);
    await sleep(500); // the last events are on their way
    recorder.kill('SIGINT');
    const [code] = await ended;
    if (code !== 0) fails(`ended with ${code}`);
  } finally {
    await dockerd.stop();
  }
  renameSync(unfinished, capture);
  console.log(`captures/${name}.db`);
}

/**
 * `docktape record` where the daemon's socket is at its usual place and the host is called docktape: a capture says from
 * where it was recorded, and that should say nothing of this machine.
 *
 * @param {string} socketFolder
 * @param {string} capture
 * @param {string[]} options
 */
function startRecorder(socketFolder, capture, options) {
  const script = 'echo docktape >/proc/sys/kernel/hostname; mount --bind "$1" /run; shift; exec "$@"';
  const command = [
    process.execPath,
    join(root, 'dist/cli.js'),
    'record',
    capture,
    '--host',
    'unix:///var/run/docker.sock',
    ...options,
  ];
  const args = ['--uts', '--mount', '--propagation', 'private', 'sh', '-euc', script, 'sh', socketFolder, ...command];
  return spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Waits until the recorder says that it records, and passes on what it says.
 *
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} recorder
 * @returns {Promise<void>}
 */
function recording(recorder) {
  return new Promise((resolve) => {
    for (const input of [recorder.stdout, recorder.stderr]) {
      createInterface({ input }).on('line', (line) => {
        console.log(`  ${line}`);
        // The daemon answers before it has subscribed its reader.
        if (line.includes('reading events from')) setTimeout(resolve, 500);
      });
    }
  });
}

/**
 * @param {string} how
 * @returns {never}
 */
function fails(how) {
  throw new Error(`the recorder ${how}`);
}
