import { once } from 'node:events';
import type Docker from 'dockerode';
import type { Dockerd } from '../../../scripts/real/dockerd.mjs';
import { image } from '../../../scripts/real/dockerd.mjs';

/** Creates, starts, waits for and removes `count` containers, four at a time. */
export async function runContainers({ docker }: Dockerd, count: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const name = `run-${next++}`;
      const container = await docker.createContainer({
        name,
        Image: image,
        Cmd: ['true'],
        Labels: { team: 'docktape', text: 'ünïcode "quoted" <tag> \\ and\ttab' },
        HostConfig: { NetworkMode: 'none' },
      });
      await container.start();
      await container.wait();
      await container.remove();
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

/** Starts a container that stays, and executes a command in it, to its end. */
export async function startAndExecute(
  { docker }: Dockerd,
  container: Docker.ContainerCreateOptions,
  exec: Docker.ExecCreateOptions = {},
): Promise<Docker.Container> {
  const created = await docker.createContainer({
    Image: image,
    Cmd: ['sleep', '1000'],
    HostConfig: { NetworkMode: 'none' },
    ...container,
  });
  await created.start();
  const command = await created.exec({ Cmd: ['true'], AttachStdout: true, ...exec });
  const stream = await command.start({});
  await once(stream.resume(), 'end');
  return created;
}
