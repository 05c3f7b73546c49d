// Much is removed at a stroke: all containers that do not run, their volumes, networks and images.

import { image } from '../../scripts/real/dockerd.mjs';
import { create } from '../support/containers.mjs';
import { tag } from '../support/images.mjs';

/** @param {import('dockerode')} docker */
export async function prepare(docker) {
  for (let i = 1; i <= 4; i++) {
    await docker.createNetwork({ Name: `network-${i}` });
    await tag(docker, image, `tool:${i}`);
    const Labels = { 'com.docker.compose.project': 'shop' };
    await docker.createVolume({ Name: `data-${i}` });
    await create(docker, `job-${i}`, { Image: `tool:${i}`, Labels });
  }
}

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await docker.pruneContainers();
  await docker.pruneVolumes();
  await docker.pruneNetworks();
  await docker.pruneImages({ filters: { dangling: { false: true } } });
}
