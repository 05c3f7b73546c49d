import { memberOf } from '../loose-json.js';
import { bounded, commandOf, filled, listOf, objectsOf, textOf, textsOf } from './answer-values.js';
import type { KeptAnswer } from './kept-answer.js';
import { publishedPorts } from './published-ports.js';

/** What is kept of the answer about a container. */
export interface ContainerAnswer extends KeptAnswer {
  /** The member `container` of a context: JSON on one line. */
  readonly json: string;
  /** The user that its processes run as when nobody says otherwise. */
  readonly user: string;
}

/** What a container runs as when nobody says so. */
const DEFAULT_USER = 'root';

/**
 * Reads an answer to `GET /containers/ID/json`, of Docker (moby's `container.InspectResponse`) or of Podman's compatible service. Of
 * environment variables the names are read, and never the values.
 *
 * @param id whom it has to be about
 * @returns `undefined` when it is not about that container, or does not say what it may do
 */
export function readContainer(answer: unknown, id: string): ContainerAnswer | undefined {
  const config = memberOf(answer, 'Config');
  const host = memberOf(answer, 'HostConfig');
  const privileged = memberOf(host, 'Privileged');
  const readonlyRootfs = memberOf(host, 'ReadonlyRootfs');
  if (memberOf(answer, 'Id') !== id || typeof privileged !== 'boolean' || typeof readonlyRootfs !== 'boolean') {
    return undefined;
  }
  const user = textOf(memberOf(config, 'User')) ?? DEFAULT_USER;
  const json = JSON.stringify({
    privileged,
    readonly_rootfs: readonlyRootfs,
    user,
    network_mode: textOf(memberOf(host, 'NetworkMode')),
    pid_mode: textOf(memberOf(host, 'PidMode')),
    ipc_mode: textOf(memberOf(host, 'IpcMode')),
    userns_mode: textOf(memberOf(host, 'UsernsMode')),
    runtime: textOf(memberOf(host, 'Runtime')),
    restart_policy: restartPolicy(memberOf(host, 'RestartPolicy')),
    image_id: textOf(memberOf(answer, 'Image')),
    image_digests: filled(imageDigests(answer)),
    created: creationTime(memberOf(answer, 'Created')),
    entrypoint: filled(commandOf(memberOf(config, 'Entrypoint'))),
    command: filled(commandOf(memberOf(config, 'Cmd'))),
    cap_add: filled(capabilities(memberOf(host, 'CapAdd'))),
    cap_drop: filled(capabilities(memberOf(host, 'CapDrop'))),
    security_opt: filled(textsOf(memberOf(host, 'SecurityOpt'))),
    devices: filled(devices(host)),
    ports: filled(publishedPorts(answer)),
    mounts: filled(mountsOf(memberOf(answer, 'Mounts'))),
    env_names: filled(variableNames(memberOf(config, 'Env'))),
  });
  return { json, user };
}

function restartPolicy(policy: unknown): string | undefined {
  const name = textOf(memberOf(policy, 'Name'));
  const most = memberOf(policy, 'MaximumRetryCount');
  return name !== undefined && typeof most === 'number' && most > 0 ? `${name}:${most}` : name;
}

/**
 * The digests by which the image is known in a registry: that of its manifest (Docker 28 and newer with containerd's store), and the one
 * that the image was named by.
 */
function imageDigests(answer: unknown): string[] {
  const named = textOf(memberOf(memberOf(answer, 'Config'), 'Image'));
  const digests = [
    textOf(memberOf(memberOf(answer, 'ImageManifestDescriptor'), 'digest')),
    named?.includes('@') ? textOf(named.slice(named.lastIndexOf('@') + 1)) : undefined,
  ];
  return [...new Set(digests.filter((digest) => digest !== undefined))];
}

/** RFC 3339, as both engines write it. What does not know its time says the year 1. */
function creationTime(value: unknown): string | undefined {
  const text = textOf(value);
  const isTime = text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  return isTime && !text.startsWith('0001-') ? text : undefined;
}

/** Docker gives capabilities as they were asked for, with their prefix or without. */
function capabilities(value: unknown): string[] {
  return [...new Set(textsOf(value).map((name) => name.toUpperCase().replace(/^CAP_/, '')))];
}

/** Devices of the host by their paths, those that a driver finds, and the rules for numbers of devices. */
function devices(host: unknown): string[] {
  const paths = objectsOf(memberOf(host, 'Devices')).map((device) =>
    ['PathOnHost', 'PathInContainer', 'CgroupPermissions'].map((key) => textOf(memberOf(device, key)) ?? '').join(':'),
  );
  const requests = objectsOf(memberOf(host, 'DeviceRequests')).map((request) => {
    const wanted = listOf(memberOf(request, 'Capabilities')).flatMap(textsOf);
    const what = wanted.length > 0 ? wanted : textsOf(memberOf(request, 'DeviceIDs'));
    return [textOf(memberOf(request, 'Driver')) ?? [], what.join(',') || []].flat().join(':');
  });
  return [...paths, ...requests.filter((text) => text !== ''), ...textsOf(memberOf(host, 'DeviceCgroupRules'))];
}

/** By their destinations: the daemon keeps them in a map, and gives them in another order each time that it is asked. */
function mountsOf(value: unknown): Mount[] {
  return objectsOf(value)
    .map(mount)
    .sort(({ destination: one = '' }, { destination: other = '' }) => (one < other ? -1 : Number(one > other)));
}

interface Mount {
  readonly type: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly rw: boolean;
  readonly propagation: string | undefined;
}

/** A mount that does not say whether it is read-only may be written to. */
function mount(value: unknown): Mount {
  return {
    type: textOf(memberOf(value, 'Type')),
    source: textOf(memberOf(value, 'Source')),
    destination: textOf(memberOf(value, 'Destination')),
    rw: memberOf(value, 'RW') !== false,
    propagation: textOf(memberOf(value, 'Propagation')),
  };
}

function variableNames(environment: unknown): string[] {
  return bounded(textsOf(environment).flatMap((variable) => textOf(variable.split('=', 1)[0]) ?? []));
}
