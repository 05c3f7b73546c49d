// One container, one volume, one network and one name of an image are removed, each by its own name, and what
// builds have left.

import { image } from '../../scripts/real/dockerd.mjs';
import { create } from '../support/containers.mjs';
import { tag } from '../support/images.mjs';

/** @param {import('dockerode')} docker */
export async function prepare(docker) {
  await docker.createNetwork({ Name: 'network-1' });
  await tag(docker, image, 'tool:1');
  await create(docker, 'job-1', { Image: 'tool:1', HostConfig: { Binds: ['data-1:/data'] } });
}

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await docker.getContainer('job-1').remove();
  await docker.getVolume('data-1').remove();
  await docker.getNetwork('network-1').remove();
  await docker.getImage('tool:1').remove();
  await docker.pruneBuilder();
}
