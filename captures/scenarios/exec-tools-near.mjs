// Commands in a running container that are what they are there for, or that only name shells and tools.
import { end, execute, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { Labels: { team: 'storefront', command: 'sh' } });
  await execute(web, ['ls', '/bin/sh']);
  await execute(web, ['cat', '/bin/wget']);
  await execute(web, ['echo', 'apt-get install nmap']);
  await execute(web, ['test', '-e', '/bin/dpkg']);
  await execute(web, ['touch', '/tmp/curl']);
  await execute(web, ['cat', '/proc/mounts']);
  await execute(web, ['shellcheck', 'run.sh']).catch(() => {}); // there is no such program in the image
  await end(web);
}
