// Containers that can reach the host through what is mounted into them: Docker's socket, the whole root, settings and keys, and a
// folder of the host that root may write to.
import { runShortly } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const socket = '/var/run/docker.sock';
  /** @type {Record<string, import('../support/containers.mjs').Options>} */
  const containers = {
    portainer: { HostConfig: { Binds: [`${socket}:${socket}`] } },
    dashboard: { User: '1000', HostConfig: { Binds: [`${socket}:${socket}:ro`] } },
    backup: { HostConfig: { Binds: ['/:/host:ro'] } },
    'node-agent': { HostConfig: { Binds: ['/etc:/host/etc', '/proc:/host/proc:ro'] } },
    'disk-usage': {
      HostConfig: { Mounts: [{ Type: 'bind', Source: '/var/lib/docker', Target: '/data', ReadOnly: true }] },
    },
    editor: { HostConfig: { Binds: ['/srv/shop:/work'] } },
  };
  for (const [name, options] of Object.entries(containers)) await runShortly(docker, name, options);
}
