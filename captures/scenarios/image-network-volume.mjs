// The life of an image, a network and a volume, and what a container does with them.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { image } from '../../scripts/real/dockerd.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  const original = docker.getImage(image);
  await original.tag({ repo: 'registry.example.com:5000/team/tool', tag: 'v1.2' });
  await original.tag({ repo: 'tool', tag: 'latest' });
  await docker.getImage('registry.example.com:5000/team/tool:v1.2').remove();
  const file = fileURLToPath(import.meta.url);
  const tar = spawnSync('tar', ['-C', dirname(file), '--owner=0', '--group=0', '-c', basename(file)]).stdout;
  const progress = await docker.importImage(Readable.from([tar]), { repo: 'imported', tag: 'today' });
  await new Promise((resolve) => docker.modem.followProgress(progress, resolve));
  const saved = await docker.getImage('imported:today').get();
  saved.resume();
  await once(saved, 'end');
  await docker.getImage('imported:today').remove();

  const data = await docker.createVolume({ Name: 'data', Labels: { team: 'storage' } });
  await docker.createVolume({ Name: 'unused' });
  const backend = await docker.createNetwork({ Name: 'backend', Driver: 'bridge', Labels: { team: 'network' } });
  const HostConfig = { NetworkMode: 'none', Binds: ['data:/var/data', 'shared:/etc/shared:ro'] };
  const store = await docker.createContainer({ name: 'store', Image: 'tool:latest', Cmd: ['sleep', '60'], HostConfig });
  await store.start();

  const client = await docker.createContainer({
    name: 'client',
    Image: image,
    Cmd: ['sleep', '60'],
    HostConfig: { NetworkMode: 'backend' },
  });
  await client.start();
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
