// Containers that run and end: well, with a failure, after a restart, renamed and paused and killed, stopped, out of
// memory, with labels that hide what the daemon says, never started.
import { create, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const well = await start(docker, 'well', { Cmd: ['true'] });
  await well.wait();
  await well.remove();

  const Labels = {
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'checkout',
    'com.docker.compose.container-number': '1',
    team: 'payments',
  };
  const failing = await start(docker, 'shop-checkout-1', { Cmd: ['sh', '-c', 'exit 3'], Labels });
  await failing.wait();
  await failing.restart();
  await failing.wait();
  await failing.remove();

  const worker = await start(docker, 'worker', { Cmd: ['sleep', '60'] });
  await worker.rename({ name: 'worker-old' });
  await worker.pause();
  await worker.unpause();
  await worker.kill({ signal: 'SIGKILL' });
  await worker.wait();
  await worker.remove();

  const stopped = await start(docker, 'stopped', { Cmd: ['sleep', '60'] });
  await stopped.stop({ t: 1 });
  await stopped.remove();

  const memory = 16 * 2 ** 20;
  const hungry = await start(docker, 'hungry', {
    Cmd: ['tail', '/dev/zero'],
    HostConfig: { Memory: memory, MemorySwap: memory },
  });
  await hungry.wait();
  await hungry.remove();

  // A label may be called as an attribute of the daemon's; then it hides it.
  const forged = { exitCode: '0', signal: 'none' };
  const liar = await start(docker, 'liar', { Cmd: ['false'], Labels: forged });
  await liar.wait();
  await liar.remove();

  await create(docker, 'never-started', { Cmd: ['true'] });
  await docker.pruneContainers();
}
