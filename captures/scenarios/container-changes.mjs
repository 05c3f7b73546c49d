// A running container is changed: renamed, also to look like what runs the host, given more memory and a restart policy, made into an image.
import { end, start } from '../support/containers.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const miner = await start(docker, 'miner');
  await miner.rename({ name: 'worker' });
  await miner.rename({ name: 'k8s_coredns_coredns-1' });
  await miner.update({ Memory: 256 * 2 ** 20, MemorySwap: -1, RestartPolicy: { Name: 'always' } });
  await miner.commit({ repo: 'coredns', tag: '1.11', comment: 'works now' });
  await end(miner);
}
