// Containers that end and start again without a crash: one that fails and that nobody starts again, one that Docker starts again after
// it has ended well, one that is restarted by hand.
import { setTimeout as sleep } from 'node:timers/promises';
import { end, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const job = await start(docker, 'job', { Cmd: ['false'] });
  await job.wait();
  await job.remove();
  const Cmd = ['sh', '-c', 'sleep 1'];
  const worker = await start(docker, 'worker', { Cmd, HostConfig: { RestartPolicy: { Name: 'always' } } });
  while ((await worker.inspect()).RestartCount < 1) await sleep(100);
  await worker.stop();
  await worker.remove();
  const web = await start(docker, 'web', { HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } });
  await web.restart();
  await end(web);
}
