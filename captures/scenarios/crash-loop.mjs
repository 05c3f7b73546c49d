// A container that Docker starts again and again, because it ends at once; and one that it gives up after three times.
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const Cmd = ['sh', '-c', 'sleep 0.1; exit 1'];
  const api = await start(docker, 'api', { Cmd, HostConfig: { RestartPolicy: { Name: 'always' } } });
  const retry = { Name: 'on-failure', MaximumRetryCount: 3 };
  const mailer = await start(docker, 'mailer', { Cmd, HostConfig: { RestartPolicy: retry } });
  while ((await mailer.inspect()).State.Status !== 'exited') await sleep(100);
  for (const container of [api, mailer]) await container.remove({ force: true });
}
