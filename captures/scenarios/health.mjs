// A service whose health check begins to fail, and one whose check never works.
import { end, execute, start } from '../support/containers.mjs';
import { Healthcheck, hasHealth } from '../support/health.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { Healthcheck: Healthcheck(['CMD', 'test', '!', '-e', '/tmp/broken']) });
  await hasHealth(web, 'healthy');
  await execute(web, ['touch', '/tmp/broken']);
  await hasHealth(web, 'unhealthy');
  await end(web);
  const db = await start(docker, 'db', { Healthcheck: Healthcheck(['CMD-SHELL', 'exit 1']) });
  await hasHealth(db, 'unhealthy');
  await end(db);
}
