// A swarm of one node, which needs no network.
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {import('dockerode')} Docker */

/**
 * Makes the daemon a swarm, and waits until it is ready to run services.
 *
 * @param {Docker} docker
 */
export async function initSwarm(docker) {
  await docker.swarmInit({ ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' });
  while ((await (await nodeOf(docker)).inspect()).Status.State !== 'ready') await sleep(100);
}

/**
 * @param {Docker} docker
 * @returns {Promise<import('dockerode').Node>} the one node
 */
export async function nodeOf(docker) {
  const [node] = await docker.listNodes();
  if (!node) throw new Error('the swarm has no node');
  return docker.getNode(node.ID);
}
