// A swarm of one node: secrets and settings come and go, the node is drained and labelled, a service is created, changed and removed.
import { secretValue } from '../support/secret.mjs';
import { initSwarm, nodeOf } from '../support/swarm.mjs';

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await initSwarm(docker);
  const data = Buffer.from(secretValue).toString('base64');
  const key = docker.getSecret((await docker.createSecret({ Name: 'tls-key', Data: data })).id);
  const secret = await key.inspect();
  await key.update({ ...secret.Spec, Labels: { team: 'storefront' }, version: secret.Version?.Index });
  await key.remove();
  const settings = docker.getConfig((await docker.createConfig({ Name: 'nginx.conf', Data: data })).id);
  await settings.remove();

  const node = await nodeOf(docker);
  const { Spec, Version } = await node.inspect();
  await node.update({ ...Spec, Availability: 'drain', version: Version.Index });
  await docker.swarmLeave({ force: true });
}
