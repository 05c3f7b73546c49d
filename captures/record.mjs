// Records the captures that ship, each from a Docker daemon of its own: `node captures/record.mjs [SCENARIO…]`, as root on
// Debian after `npm run build`. Without names, all of captures/scenarios/.
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDockerd } from '../scripts/real/dockerd.mjs';
import { requirePackages } from '../scripts/real/packages.mjs';
import { fail, root } from '../scripts/run.mjs';
import { Recorder } from './support/recorder.mjs';

/**
 * @typedef {import('../scripts/real/dockerd.mjs').Dockerd} Dockerd
 * @typedef {(docker: import('dockerode'), dockerd: Dockerd, recorder: Recorder) => Promise<void>} Scenario what happens while the
 *   recorder listens
 * @typedef {object} ScenarioModule what a file in captures/scenarios/ exports
 * @property {Scenario} run
 * @property {(docker: import('dockerode')) => Promise<void>} [prepare] what happens before the recorder listens
 * @property {string[]} [options] of `docktape record`, instead of the usual ones
 * @property {boolean} [isDaemonLost] whether the scenario kills the daemon: its containers outlive it, and the recorder waits for it
 */

/** On a slow machine the daemon needs its time to say what a container is while it starts it; a capture should not depend on that. */
const patient = ['--enrich-timeout', '10000'];

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
  const scenario = /** @type {ScenarioModule} */ (await import(`./scenarios/${name}.mjs`));
  const { run, prepare, options = patient, isDaemonLost = false } = scenario;
  const capture = join(folder, `${name}.db`);
  const unfinished = join(folder, `.${name}.db`);
  rmSync(unfinished, { force: true });
  const dockerd = await startDockerd({ liveRestore: isDaemonLost });
  try {
    await prepare?.(dockerd.docker);
    const recorder = new Recorder(dockerd.folder, unfinished, isDaemonLost ? [...options, '--retry'] : options);
    await recorder.start();
    await run(dockerd.docker, dockerd, recorder);
    await recorder.stop();
  } finally {
    await dockerd.stop();
  }
  renameSync(unfinished, capture);
  console.log(`captures/${name}.db`);
}
