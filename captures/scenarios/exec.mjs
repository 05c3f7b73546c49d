// Commands in a running container: one that works, one that fails, a shell with a terminal, one that does not exist, and
// files copied in and out.
import { execute, start } from '../support/containers.mjs';
import { archive } from '../support/images.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { Cmd: ['sleep', '60'], Labels: { team: 'storefront' } });
  await execute(web, ['ls', '/bin']);
  await execute(web, ['false']);
  await execute(web, ['sh', '-c', 'id > /tmp/id && cat /tmp/id']);
  await execute(web, ['sh'], { Tty: true, input: 'id\nexit\n' });
  await execute(web, ['nmap', '-sT', '10.0.0.0/8']).catch(() => {}); // there is no such program in the image
  await web.putArchive(archive({ motd: 'hello\n' }), { path: '/tmp' });
  const copied = await web.getArchive({ path: '/tmp/id' });
  copied.resume();
  await web.kill();
  await web.wait();
  await web.remove();
}
