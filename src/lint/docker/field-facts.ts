import { type EventKind, verbOf } from './event-kinds.js';

/** What is only known where the daemon was asked, and answered in time: nowhere is it certain to be there. */
const CONTAINER_CONTEXT: readonly string[] = [
  'docker.container.privileged',
  'docker.container.readonly_rootfs',
  'docker.container.user',
  'docker.container.network_mode',
  'docker.container.pid_mode',
  'docker.container.ipc_mode',
  'docker.container.userns_mode',
  'docker.container.runtime',
  'docker.container.restart_policy',
  'docker.container.image_id',
  'docker.container.image_digests',
  'docker.container.command',
  'docker.container.created',
  'docker.container.cap_add',
  'docker.container.cap_drop',
  'docker.container.security_opt',
  'docker.container.mounts',
  'docker.container.mount_sources',
  'docker.container.mount_destinations',
  'docker.container.host_paths_rw',
  'docker.container.devices',
  'docker.container.ports',
  'docker.container.env_names',
];
const EXEC_CONTEXT: readonly string[] = [
  'docker.exec.user',
  'docker.exec.privileged',
  'docker.exec.tty',
  'docker.exec.args',
];

/**
 * What holds on every event that has the field, however that is sent: the extractor gives the field on no other event
 * (`native/plugin/extract`).
 */
export const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(CONTAINER_CONTEXT.map((field) => [field, ['docker.type in (container, docktape)']])),
  ...Object.fromEntries(EXEC_CONTEXT.map((field) => [field, ['docker.type = container']])),
  'docker.enriched': ['docker.type = container'],
  'docker.container.id': ['docker.type in (container, network, volume, docktape)'],
  'docker.container.name': ['docker.type in (container, docktape)'],
  'docker.container.image': ['docker.type in (container, docktape)'],
  'docker.container.oldname': ['docker.type = container'],
  'docker.container.duration': ['docker.type = container'],
  'docker.exec.id': ['docker.type = container'],
  'docker.exec.command': ['docker.type = container', 'docker.action.verb in (exec_create, exec_start)'],
  'docker.health': ['docker.type = container', 'docker.action.verb = health_status'],
  'docker.image.registry': ['docker.type in (container, image)'],
  'docker.image.repository': ['docker.type in (container, image)'],
  'docker.image.tag': ['docker.type in (container, image)'],
  'docker.image.digest': ['docker.type in (container, image)'],
  'docker.network.id': ['docker.type = network'],
  'docker.network.name': ['docker.type = network'],
  'docker.network.type': ['docker.type = network'],
  'docker.volume.name': ['docker.type = volume'],
  'docker.volume.driver': ['docker.type = volume'],
  'docker.volume.destination': ['docker.type = volume'],
  'docker.volume.readonly': ['docker.type = volume'],
};

/** Events of a container that end, begin or change its connection to something, with the container's ID among their attributes. */
const CONNECTIONS = ['network connect', 'network disconnect', 'volume mount', 'volume unmount'];
const EXITS = ['container die', 'container exec_die'];
const EXECS = ['container exec_create', 'container exec_start'];
const NETWORKS = ['network connect', 'network create', 'network destroy', 'network disconnect'];
const EVERY = ['*'];

/**
 * On which of Docker's events a field always has a value: `*`, types, or types with a verb. An event of `prune`, which is about no
 * object, has none of an object's fields; no rule's author means those, so they are left out of account.
 */
const PRESENT: Readonly<Record<string, readonly string[]>> = {
  'docker.type': EVERY,
  'docker.action': EVERY,
  'docker.action.verb': EVERY,
  'docker.action.detail': [...EXECS, 'container health_status'],
  'docker.actor.id': EVERY,
  'docker.scope': EVERY,
  'docker.time': EVERY,
  'docker.status': ['container', 'image'],
  'docker.id': ['container', 'image'],
  'docker.from': ['container'],
  'docker.attributes.container': CONNECTIONS,
  'docker.attributes.image': ['container'],
  'docker.attributes.name': [
    'container',
    'image',
    'network',
    'daemon',
    'plugin',
    'node',
    'service',
    'secret',
    'config',
  ],
  'docker.attributes.type': NETWORKS,
  'docker.attributes.exitcode': EXITS,
  'docker.attributes.signal': ['container kill'],
  'docker.exitcode': EXITS,
  'docker.exec.id': [...EXECS, 'container exec_detach', 'container exec_die'],
  'docker.exec.command': EXECS,
  'docker.health': ['container health_status'],
  'docker.enriched': ['container'],
  'docker.container.id': ['container', ...CONNECTIONS],
  'docker.container.name': ['container'],
  'docker.container.image': ['container'],
  'docker.container.oldname': ['container rename'],
  'docker.network.id': ['network'],
  'docker.network.name': ['network'],
  'docker.network.type': NETWORKS,
  'docker.volume.name': ['volume'],
  'docker.volume.driver': ['volume create', 'volume destroy', 'volume mount', 'volume unmount'],
  'docker.volume.destination': ['volume mount'],
  'docker.volume.readonly': ['volume mount'],
  'docker.swarm.serviceid': ['service'],
};

/** Attributes by the fields that have them without a key. */
const NAMED_ATTRIBUTES: Readonly<Record<string, string>> = {
  container: 'docker.attributes.container',
  driver: 'docker.volume.driver',
  destination: 'docker.volume.destination',
  execID: 'docker.exec.id',
  exitCode: 'docker.attributes.exitcode',
  image: 'docker.attributes.image',
  name: 'docker.attributes.name',
  oldName: 'docker.container.oldname',
  'read/write': 'docker.volume.readonly',
  signal: 'docker.attributes.signal',
  type: 'docker.attributes.type',
};

/** Whether a field of the docker plugin has a value on every event of a kind. */
export function isAlwaysPresent(name: string, arg: string | undefined, { type, action }: EventKind): boolean {
  const field = name === 'docker.attributes' ? NAMED_ATTRIBUTES[arg ?? ''] : name;
  const places = field === undefined ? [] : (PRESENT[field] ?? []);
  return places.includes('*') || places.includes(type) || places.includes(`${type} ${verbOf(action)}`);
}
