// Commands that may do more in a running container than the container itself: as root where it is not, and privileged where it is not.
import { end, execute, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { User: '1000:1000' });
  await execute(web, ['id'], { User: 'root' });
  await execute(web, ['id'], { User: '0' });
  await execute(web, ['ls', '/dev'], { Privileged: true });
  await end(web);
  const worker = await start(docker, 'worker');
  await execute(worker, ['id'], { Privileged: true });
  await end(worker);
}
