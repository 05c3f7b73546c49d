// Containers that are not privileged: one as Docker starts it by default, one that is given less, and one that only says that it is.
import { end, execute, runShortly, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const builder = await start(docker, 'builder');
  await execute(builder, ['ls', '/dev']);
  await end(builder);
  await runShortly(docker, 'locked-down', {
    User: '1000:1000',
    HostConfig: { CapDrop: ['ALL'], ReadonlyRootfs: true, SecurityOpt: ['no-new-privileges'] },
  });
  await runShortly(docker, 'boaster', { Labels: { privileged: 'true', 'docker.container.privileged': 'true' } });
}
