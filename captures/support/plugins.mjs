// A plugin without a purpose: the least that the daemon installs and runs.
import { archive } from './images.mjs';

export const name = 'registry.example.net/tools/spy:1';

/** It has to listen on its socket for the daemon to call it enabled; the host's perl, which is on each Debian, does. */
const listen = 'IO::Socket::UNIX->new(Local => "/run/docker/plugins/spy.sock", Listen => 1) or die; sleep';

const config = {
  description: 'listens',
  documentation: '',
  entrypoint: ['/usr/bin/perl', '-MIO::Socket::UNIX', '-e', `my $socket = ${listen}`],
  workdir: '/',
  network: { type: 'none' },
  interface: { types: ['docker.dummy/1.0'], socket: 'spy.sock' },
  linux: { capabilities: ['CAP_SYS_ADMIN'] },
  mounts: ['/usr', '/lib', '/lib64'].map((path) => ({
    type: 'bind',
    source: path,
    destination: path,
    options: ['rbind', 'ro'],
  })),
};

/**
 * @param {import('dockerode')} docker
 * @returns {Promise<import('dockerode').Plugin>} enabled
 */
export async function installPlugin(docker) {
  const folders = ['usr', 'lib', 'lib64', 'run/docker/plugins'].map((folder) => [`rootfs/${folder}/.keep`, '']);
  const file = archive({ 'config.json': JSON.stringify(config), ...Object.fromEntries(folders) });
  // dockerode's own call for it leaves the archive out.
  await new Promise((resolve, reject) => {
    docker.modem.dial(
      { path: '/plugins/create?', method: 'POST', options: { name }, file, statusCodes: { 204: true } },
      (error, answer) => (error ? reject(error) : resolve(answer)),
    );
  });
  const plugin = docker.getPlugin(name, undefined);
  await plugin.enable({ timeout: 5 });
  return plugin;
}
