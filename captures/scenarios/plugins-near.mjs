// A plugin is there, and is looked at; a container is called as one, and the daemon is asked for its settings.
import { runShortly } from '../support/containers.mjs';
import { installPlugin, name } from '../support/plugins.mjs';

/** @param {import('dockerode')} docker */
export async function prepare(docker) {
  await installPlugin(docker);
}

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await docker.info();
  await docker.listPlugins();
  await docker.getPlugin(name, undefined).inspect();
  await runShortly(docker, 'plugin', { Labels: { plugin: 'create', daemon: 'reload' } });
}
