// What is near to a shell and to copied files, in a container that runs before and afterwards: other commands, a look at what runs, at
// what has changed, and at what was printed, a network that it does not use.
import { execute, start } from '../support/containers.mjs';

/** @param {import('dockerode')} docker */
export async function prepare(docker) {
  await start(docker, 'web', { Labels: { team: 'storefront' } });
}

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = docker.getContainer('web');
  await execute(web, ['ls', '/bin']);
  await execute(web, ['false']);
  await execute(web, ['cat', '/bin/sh']);
  await web.top();
  await web.changes();
  await web.logs({ stdout: true, stderr: true });
  await web.pause();
  await web.unpause();
  const network = await docker.createNetwork({ Name: 'backend' });
  await network.remove();
}
