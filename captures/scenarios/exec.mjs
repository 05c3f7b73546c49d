// Commands in a running container: one that works, one that fails, a shell with a terminal, one that does not exist, and
// files copied in and out.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { image } from '../../scripts/real/dockerd.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await docker.createContainer({
    name: 'web',
    Image: image,
    Cmd: ['sleep', '60'],
    Labels: { team: 'storefront' },
    HostConfig: { NetworkMode: 'none' },
  });
  await web.start();
  await execute(web, ['ls', '/bin']);
  await execute(web, ['false']);
  await execute(web, ['sh', '-c', 'id > /tmp/id && cat /tmp/id']);
  await execute(web, ['sh'], { Tty: true });
  await execute(web, ['nmap', '-sT', '10.0.0.0/8']).catch(() => {}); // there is no such program in the image
  const tar = spawnSync('tar', ['-C', folder, '--owner=0', '--group=0', '-c', 'exec.mjs']).stdout;
  await web.putArchive(tar, { path: '/tmp' });
  const archive = await web.getArchive({ path: '/tmp/id' });
  archive.resume();
  await web.kill();
  await web.wait();
  await web.remove();
}

/**
 * Runs a command in a container and waits until it has ended; a shell gets `exit` as its input.
 *
 * @param {import('dockerode').Container} container
 * @param {string[]} command
 * @param {{ Tty?: boolean }} [options]
 */
async function execute(container, command, { Tty = false } = {}) {
  const exec = await container.exec({ Cmd: command, AttachStdin: Tty, AttachStdout: true, AttachStderr: true, Tty });
  const stream = await exec.start({ hijack: Tty, stdin: Tty, Tty });
  const ended = new Promise((resolve) => stream.once('end', resolve));
  stream.resume();
  if (Tty) stream.write('id\nexit\n');
  await ended;
}
