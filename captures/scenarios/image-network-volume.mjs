// The life of an image, a network and a volume, and what a container does with them.
import { once } from 'node:events';
import { image } from '../../scripts/real/dockerd.mjs';
import { start } from '../support/containers.mjs';
import { archive, finished, tag } from '../support/images.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await tag(docker, image, 'registry.example.com:5000/team/tool:v1.2');
  await tag(docker, image, 'tool:latest');
  await docker.getImage('registry.example.com:5000/team/tool:v1.2').remove();
  const imported = archive({ 'etc/motd': 'hello\n' });
  await finished(docker, await docker.importImage(imported, { repo: 'imported', tag: 'today' }));
  const saved = await docker.getImage('imported:today').get();
  saved.resume();
  await once(saved, 'end');
  await docker.getImage('imported:today').remove();

  const data = await docker.createVolume({ Name: 'data', Labels: { team: 'storage' } });
  await docker.createVolume({ Name: 'unused' });
  const backend = await docker.createNetwork({ Name: 'backend', Driver: 'bridge', Labels: { team: 'network' } });
  const HostConfig = { Binds: ['data:/var/data', 'shared:/etc/shared:ro'] };
  const Cmd = ['sleep', '60'];
  const store = await start(docker, 'store', { Image: 'tool:latest', Cmd, HostConfig });
  const client = await start(docker, 'client', { Cmd, HostConfig: { NetworkMode: 'backend' } });
  await backend.disconnect({ Container: client.id, Force: true });
  await backend.connect({ Container: client.id });

  for (const container of [client, store]) {
    await container.kill();
    await container.wait();
  }
  const commit = await store.commit({ repo: 'store', tag: 'snapshot', comment: 'before it is deleted' });
  for (const container of [client, store]) await container.remove();
  await backend.remove();
  await data.remove();
  await docker.getVolume('shared').remove();
  await docker.pruneVolumes();
  await docker.pruneNetworks();
  await docker.getImage(commit.Id).remove();
  await docker.getImage('tool:latest').remove();
  await docker.pruneImages();
}
