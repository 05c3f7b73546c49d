// Containers whose sandbox is whole: harmless capabilities, dangerous ones taken away, a seccomp filter of their own, devices that
// give nothing of the host.
import { runShortly } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const filter = JSON.stringify({
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['mount', 'ptrace'], action: 'SCMP_ACT_ERRNO' }],
  });
  const containers = {
    web: { CapDrop: ['ALL'], CapAdd: ['NET_BIND_SERVICE', 'CHOWN', 'SETUID', 'SETGID'] },
    worker: { CapDrop: ['SYS_ADMIN', 'SYS_PTRACE', 'NET_RAW'] },
    filtered: { SecurityOpt: [`seccomp=${filter}`, 'no-new-privileges:true'] },
    random: { Devices: [{ PathOnHost: '/dev/urandom', PathInContainer: '/dev/urandom', CgroupPermissions: 'rwm' }] },
  };
  for (const [name, HostConfig] of Object.entries(containers)) await runShortly(docker, name, { HostConfig });
}
