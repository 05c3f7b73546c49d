// Containers that share nothing with the host: one with a network of its own and a published port, one that joins another's network,
// processes and memory, and one whose network is called as the host.
import { end, runShortly, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const network = await docker.createNetwork({ Name: 'hosts' });
  const web = await start(docker, 'web', {
    ExposedPorts: { '8080/tcp': {}, '9090/tcp': {} },
    HostConfig: {
      NetworkMode: 'hosts',
      IpcMode: 'shareable',
      PortBindings: { '8080/tcp': [{ HostPort: '8081' }] },
    },
  });
  const shared = `container:${web.id}`;
  await runShortly(docker, 'sidecar', { HostConfig: { NetworkMode: shared, PidMode: shared, IpcMode: shared } });
  await end(web);
  await network.remove();
}
