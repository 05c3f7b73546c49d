// The daemon is killed and comes back. Meanwhile one of two containers ends, and nobody sees it; before and after, the stream
// is whole.
import { setTimeout as sleep } from 'node:timers/promises';
import { processes } from '../../scripts/real/processes.mjs';
import { start } from '../support/containers.mjs';

/** The recorder waits for the daemon, whose containers outlive it. */
export const isDaemonLost = true;

/** What the container that ends runs: nothing else on the machine has such a command. */
const ends = ['sleep', '1000003'];

/** @type {import('../record.mjs').Scenario} */
export async function run(docker, dockerd) {
  const worker = await start(docker, 'worker', { Cmd: ends });
  const web = await start(docker, 'web', { Cmd: ['sleep', '600'] });
  await sleep(1000);
  await dockerd.kill();
  for (const { pid } of processes().filter(({ command }) => command.join(' ') === ends.join(' '))) {
    process.kill(pid, 'SIGKILL');
  }
  await sleep(2000);
  await dockerd.startAgain();
  await sleep(5000); // the recorder is back, and has compared the containers
  await web.kill();
  await web.wait();
  await web.remove();
  await worker.remove();
}
