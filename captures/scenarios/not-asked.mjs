// The recorder waits for no answer of the daemon about its containers, as if the daemon were too busy to give one: what is not known of an
// event is said with it.
import { end, start } from '../support/containers.mjs';

export const options = ['--enrich-timeout', '0'];

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web');
  await end(web);
}
