// Images that somebody vouches for: from Docker's own registry, with a version, or by ID; tagged, saved and untagged.
import { once } from 'node:events';
import { image } from '../../scripts/real/dockerd.mjs';
import { end, start } from '../support/containers.mjs';
import { tag } from '../support/images.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const { Id } = await docker.getImage(image).inspect();
  for (const name of ['docker.io/library/cache:7.2', 'shop/latest:1.4', 'cache:latest-7', Id]) {
    if (name !== Id) await tag(docker, image, name);
    await end(await start(docker, name.replace(/\W+/g, '-').slice(0, 40), { Image: name }));
  }
  const saved = await docker.getImage('cache:7.2').get();
  saved.resume();
  await once(saved, 'end');
  await docker.getImage('cache:7.2').remove();
}
