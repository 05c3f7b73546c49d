// Containers that run and end: well, with a failure, after a restart, renamed and paused and killed, stopped, out of
// memory, with labels that hide what the daemon says, never started.
import { image } from '../../scripts/real/dockerd.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const host = { NetworkMode: 'none' };

  const well = await docker.createContainer({ name: 'well', Image: image, Cmd: ['true'], HostConfig: host });
  await well.start();
  await well.wait();
  await well.remove();

  const Labels = {
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'checkout',
    'com.docker.compose.container-number': '1',
    team: 'payments',
  };
  const Cmd = ['sh', '-c', 'exit 3'];
  const failing = await docker.createContainer({
    name: 'shop-checkout-1',
    Image: image,
    Cmd,
    Labels,
    HostConfig: host,
  });
  await failing.start();
  await failing.wait();
  await failing.restart();
  await failing.wait();
  await failing.remove();

  const worker = await docker.createContainer({ name: 'worker', Image: image, Cmd: ['sleep', '60'], HostConfig: host });
  await worker.start();
  await worker.rename({ name: 'worker-old' });
  await worker.pause();
  await worker.unpause();
  await worker.kill({ signal: 'SIGKILL' });
  await worker.wait();
  await worker.remove();

  const stopped = await docker.createContainer({
    name: 'stopped',
    Image: image,
    Cmd: ['sleep', '60'],
    HostConfig: host,
  });
  await stopped.start();
  await stopped.stop({ t: 1 });
  await stopped.remove();

  const memory = 16 * 2 ** 20;
  const hungry = await docker.createContainer({
    name: 'hungry',
    Image: image,
    Cmd: ['tail', '/dev/zero'],
    HostConfig: { ...host, Memory: memory, MemorySwap: memory },
  });
  await hungry.start();
  await hungry.wait();
  await hungry.remove();

  // A label may be called as an attribute of the daemon's; then it hides it.
  const forged = { exitCode: '0', signal: 'none' };
  const liar = await docker.createContainer({
    name: 'liar',
    Image: image,
    Cmd: ['false'],
    Labels: forged,
    HostConfig: host,
  });
  await liar.start();
  await liar.wait();
  await liar.remove();

  await docker.createContainer({ name: 'never-started', Image: image, Cmd: ['true'], HostConfig: host });
  await docker.pruneContainers();
}
