// Images that nobody vouches for: from a registry that is not one of ours, by a tag that means another image tomorrow, imported and
// loaded from files.

import { image } from '../../scripts/real/dockerd.mjs';
import { end, start } from '../support/containers.mjs';
import { archive, finished, tag } from '../support/images.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  for (const name of ['registry.example.net:5000/tools/miner:2.1', 'cache:latest']) {
    await tag(docker, image, name);
    await end(await start(docker, name.replace(/\W+/g, '-'), { Image: name }));
  }
  await end(await start(docker, 'no-tag-at-all', { Image: 'cache' }));

  await finished(
    docker,
    await docker.importImage(archive({ 'etc/motd': 'hello\n' }), { repo: 'imported', tag: 'today' }),
  );
  await finished(docker, await docker.loadImage(await docker.getImage('imported:today').get()));
}
