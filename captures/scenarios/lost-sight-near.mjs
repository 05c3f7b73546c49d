// The recording is ended and resumed. Meanwhile a container ends and another starts, and nobody sees it; the daemon remembers all of it,
// so that nothing is lost.
import { end, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker, _, recorder) {
  const worker = await start(docker, 'worker');
  const web = await start(docker, 'web');
  await recorder.away(async () => {
    await end(worker);
    await start(docker, 'worker-2');
  });
  await end(web, docker.getContainer('worker-2'));
}
