// A container that may do everything that the host's root may: started privileged, as agents that build images often are.
import { end, execute, runShortly, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const builder = await start(docker, 'builder', { HostConfig: { Privileged: true } });
  await execute(builder, ['ls', '/dev']);
  await end(builder);
  await runShortly(docker, 'debug', { User: '1000', HostConfig: { Privileged: true, ReadonlyRootfs: true } });
}
