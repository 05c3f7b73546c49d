// Nothing is asked about containers, because the recorder is told not to: then nothing is missing either. What a container is, no rule
// can say.
import { end, start } from '../support/containers.mjs';

export const options = ['--no-enrich'];

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { HostConfig: { Privileged: true } });
  await end(web);
}
