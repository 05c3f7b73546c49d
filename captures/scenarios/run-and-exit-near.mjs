// Containers that end as they should: stopped, told to read their settings again, done with their work, within their memory.
import { end, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { StopSignal: 'SIGTERM', HostConfig: { Memory: 64 * 2 ** 20 } });
  await web.kill({ signal: 'SIGWINCH' });
  await end(web);
  const job = await start(docker, 'job', { Cmd: ['true'], HostConfig: { RestartPolicy: { Name: 'on-failure' } } });
  await job.wait();
  await job.remove();
}
