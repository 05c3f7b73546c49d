// What is near to a shell and to copied files: other commands, a look at what runs and at what has changed, the output.
import { end, execute, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { Labels: { team: 'storefront' } });
  await execute(web, ['ls', '/bin']);
  await execute(web, ['false']);
  await execute(web, ['cat', '/bin/sh']);
  await web.top();
  await web.changes();
  await web.logs({ stdout: true, stderr: true });
  await end(web);
}
