// A running container is handled, and stays what it is: paused, restarted, measured, waited for; another takes its place under its name.
import { create, end, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web');
  await web.pause();
  await web.unpause();
  await web.restart();
  await web.stats({ stream: false });
  await web.changes();
  await end(web);
  const next = await create(docker, 'web', { Labels: { update: 'rename', commit: 'f2b05e8' } });
  await next.start();
  await end(next);
}
