// An image, a network and a volume that are there are used, and stay: the image gets another name and is saved, a running container is
// connected and disconnected, and another one mounts the volume.
import { once } from 'node:events';
import { image } from '../../scripts/real/dockerd.mjs';
import { create, start } from '../support/containers.mjs';
import { tag } from '../support/images.mjs';

/** @param {import('dockerode')} docker */
export async function prepare(docker) {
  await docker.createNetwork({ Name: 'backend', Driver: 'bridge' });
  await docker.createNetwork({ Name: 'frontend', Driver: 'bridge' });
  await docker.createVolume({ Name: 'data' });
  await start(docker, 'client', { HostConfig: { NetworkMode: 'backend' } });
  await create(docker, 'store', { HostConfig: { Binds: ['data:/var/data'] } });
}

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await tag(docker, image, 'tool:1');
  const saved = await docker.getImage('tool:1').get();
  saved.resume();
  await once(saved, 'end');
  await docker.getImage('tool:1').remove();

  const client = docker.getContainer('client');
  const frontend = docker.getNetwork('frontend');
  await frontend.connect({ Container: client.id });
  await frontend.disconnect({ Container: client.id });
  await client.pause();
  await client.unpause();

  const store = docker.getContainer('store');
  await store.start();
  await store.stop();
}
