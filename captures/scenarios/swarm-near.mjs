// A swarm of one node in which a service is created, scaled and removed, and a container with labels that a swarm sets; secrets, settings
// and nodes are only looked at.
import { setTimeout as sleep } from 'node:timers/promises';
import { image } from '../../scripts/real/dockerd.mjs';
import { runShortly, service } from '../support/containers.mjs';
import { initSwarm, nodeOf } from '../support/swarm.mjs';

export const prepare = initSwarm;

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const task = { ContainerSpec: { Image: image, Command: service } };
  const spec = { Name: 'web', TaskTemplate: task, Mode: { Replicated: { Replicas: 1 } } };
  const created = await docker.createService(spec);
  const web = docker.getService(created.id);
  await sleep(3000);
  const { Version } = await web.inspect();
  await web.update({ ...spec, version: Version.Index, Mode: { Replicated: { Replicas: 2 } } });
  await sleep(3000);
  await web.remove();
  while ((await docker.listContainers({ all: true })).length > 0) await sleep(100);
  await docker.listSecrets();
  await docker.listConfigs();
  await (await nodeOf(docker)).inspect();
  await runShortly(docker, 'secret-config-node', { Labels: { 'com.docker.swarm.service.name': 'secret' } });
}
