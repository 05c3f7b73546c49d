// A plugin is put into the daemon, which runs it as root on the host, and the daemon reads its settings again.
import { setTimeout as sleep } from 'node:timers/promises';
import { installPlugin } from '../support/plugins.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker, dockerd) {
  const plugin = await installPlugin(docker);
  await plugin.disable();
  await plugin.remove();
  dockerd.reload();
  await sleep(500);
}
