// What most scenarios do with containers.
import { image } from '../../scripts/real/dockerd.mjs';
import { Env } from './secret.mjs';

/**
 * @typedef {import('dockerode')} Docker
 * @typedef {import('dockerode').Container} Container
 * @typedef {import('dockerode').ContainerCreateOptions} Options
 * @typedef {import('dockerode').ExecCreateOptions} ExecOptions
 */

/** The command of a service that ends when it is asked to. */
export const service = ['sh', '-c', "trap 'exit 0' TERM; sleep 600 & wait"];

/**
 * Creates a container, of a service without network where the options say nothing else.
 *
 * @param {Docker} docker
 * @param {string} name
 * @param {Options} [options]
 * @returns {Promise<Container>}
 */
export function create(docker, name, { HostConfig, ...options } = {}) {
  const host = { NetworkMode: 'none', ...HostConfig };
  return docker.createContainer({ name, Image: image, Cmd: service, Env, HostConfig: host, ...options });
}

/**
 * Creates a container as {@link create} does, and starts it.
 *
 * @param {Docker} docker
 * @param {string} name
 * @param {Options} [options]
 * @returns {Promise<Container>}
 */
export async function start(docker, name, options) {
  const container = await create(docker, name, options);
  await container.start();
  return container;
}

/**
 * Stops containers as they wish to be stopped, and removes them.
 *
 * @param {Container[]} containers
 */
export async function end(...containers) {
  for (const container of containers) {
    await container.stop();
    await container.remove();
  }
}

/**
 * Runs a container for as long as a look at it takes.
 *
 * @param {Docker} docker
 * @param {string} name
 * @param {Options} [options]
 */
export async function runShortly(docker, name, options) {
  await end(await start(docker, name, options));
}

/**
 * Runs a command in a container and waits until it has ended; one with a terminal gets `input` to read.
 *
 * @param {Container} container
 * @param {string[]} Cmd
 * @param {ExecOptions & { input?: string }} [options]
 */
export async function execute(container, Cmd, { Tty = false, input = '', ...options } = {}) {
  const exec = await container.exec({ Cmd, AttachStdin: Tty, AttachStdout: true, AttachStderr: true, Tty, ...options });
  const stream = await exec.start({ hijack: Tty, stdin: Tty, Tty });
  const ended = new Promise((resolve) => stream.once('end', resolve));
  stream.resume();
  if (Tty) stream.write(input);
  await ended;
}
