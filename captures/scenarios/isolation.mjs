// Containers that are not privileged, yet lack a wall of the sandbox: dangerous capabilities, no seccomp filter, no AppArmor profile,
// devices of the host.
import { runShortly } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const device = (/** @type {string} */ path, CgroupPermissions = 'rwm') => ({
    PathOnHost: path,
    PathInContainer: path,
    CgroupPermissions,
  });
  const containers = {
    admin: { CapAdd: ['SYS_ADMIN'] },
    tracer: { CapAdd: ['CAP_SYS_PTRACE', 'NET_RAW'] },
    everything: { CapAdd: ['ALL'], CapDrop: ['MKNOD'] },
    'any-call': { SecurityOpt: ['seccomp=unconfined'] },
    'any-path': { SecurityOpt: ['apparmor=unconfined'] },
    'kernel-log': { Devices: [device('/dev/kmsg', 'r')] },
    disk: { Devices: [device('/dev/loop0')] },
  };
  for (const [name, HostConfig] of Object.entries(containers)) await runShortly(docker, name, { HostConfig });
}
