// Commands that may do no more in a running container than the container itself, or less.
import { end, execute, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { User: '1000:1000' });
  await execute(web, ['id']);
  await execute(web, ['id'], { User: '1001' });
  await end(web);
  const worker = await start(docker, 'worker');
  await execute(worker, ['id']);
  await execute(worker, ['id'], { User: 'root' });
  await execute(worker, ['id'], { User: '1000' });
  await end(worker);
  const builder = await start(docker, 'builder', { HostConfig: { Privileged: true } });
  await execute(builder, ['id'], { Privileged: true });
  await end(builder);
}
