// Services that are well: one whose check works, also through a shell, one that needs its time, one that has no check.
import { end, runShortly, start } from '../support/containers.mjs';
import { Healthcheck, hasHealth } from '../support/health.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { Healthcheck: Healthcheck(['CMD-SHELL', 'test -d /tmp || exit 1']) });
  await hasHealth(web, 'healthy');
  await end(web);
  const slow = { ...Healthcheck(['CMD', 'test', '-e', '/tmp/ready']), StartPeriod: 60e9 };
  await runShortly(docker, 'db', {
    Cmd: ['sh', '-c', "trap 'exit 0' TERM; sleep 1; touch /tmp/ready; sleep 600 & wait"],
    Healthcheck: slow,
  });
  await runShortly(docker, 'worker', { Labels: { health_status: 'unhealthy' } });
}
