// Containers that share the host's network, its processes, its memory between processes, or its users.
import { runShortly } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await runShortly(docker, 'sniffer', { HostConfig: { NetworkMode: 'host' } });
  await runShortly(docker, 'top', { HostConfig: { PidMode: 'host' } });
  await runShortly(docker, 'shared-memory', { HostConfig: { IpcMode: 'host' } });
  await runShortly(docker, 'users', { HostConfig: { UsernsMode: 'host' } });
}
