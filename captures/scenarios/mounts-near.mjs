// Containers with mounts that give nothing of the host away: volumes, memory, a folder of the service itself to read, one that a user
// other than root writes to, and paths whose names only resemble those that matter.
import { runShortly } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  /** @type {Record<string, import('../support/containers.mjs').Options>} */
  const containers = {
    db: { HostConfig: { Binds: ['data:/var/lib/data'], Tmpfs: { '/run': 'size=1m' } } },
    web: { HostConfig: { Binds: ['/srv/shop/public:/usr/share/web:ro'] } },
    uploads: { User: '1000:1000', HostConfig: { Binds: ['/srv/shop/uploads:/var/uploads'] } },
    settings: {
      HostConfig: { Binds: ['settings:/etc', '/srv/etc:/etc/shop:ro', '/srv/docker.sock.d:/docker.sock.d:ro'] },
    },
  };
  for (const [name, options] of Object.entries(containers)) await runShortly(docker, name, options);
  for (const name of ['data', 'settings']) await docker.getVolume(name).remove();
}
