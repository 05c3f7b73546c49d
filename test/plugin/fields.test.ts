import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Extraction, type Value } from './extraction.js';
import { container, event, id, nginx } from './sample-events.js';

let extraction: Extraction;
beforeAll(async () => {
  extraction = await Extraction.start();
});
afterAll(async () => extraction.loader.end());

const time = '"scope":"local","time":1700000000,"timeNano":1700000000123456789';
const times = { 'docker.scope': 'local', 'docker.time': 1_700_000_000_123_456_789n };

describe('every field of an event', () => {
  const actor = `"Type":"container","Action":"start","Actor":{"ID":"${id}","Attributes":{"image":"nginx","name":"web"}}`;

  test.each<[string, string, Record<string, Value>]>([
    [
      '1.22 to 1.29, without a scope',
      `{"status":"start","id":"${id}","from":"nginx",${actor},"time":5,"timeNano":5000000001}`,
      { 'docker.time': 5_000_000_001n },
    ],
    ['1.30 to 1.51', `{"status":"start","id":"${id}","from":"nginx",${actor},${time}}`, times],
    ['Engine 29, where status, id and from are gone', `{${actor},${time}}`, times],
    [
      'Engine 29 at an old API, in alphabetical order',
      `{"Action":"start","Actor":{"Attributes":{"image":"nginx","name":"web"},"ID":"${id}"},"Type":"container","from":"nginx","id":"${id}","scope":"local","status":"start","time":1700000000,"timeNano":1700000000123456789}`,
      times,
    ],
    [
      'Podman, whose own members come last and may be empty',
      `{${actor},${time},"HealthStatus":"","status":"start","id":"","from":""}`,
      times,
    ],
  ])('of API %s', async (_, payload, others) => {
    expect(await extraction.all(payload)).toEqual(container('start', others));
  });

  test.each<[string, string, Record<string, Value>]>([
    [
      'die',
      event('container', 'die', { ...nginx, exitCode: '137', execDuration: '90' }),
      container('die', {
        'docker.attributes.exitcode': '137',
        'docker.exitcode': 137n,
        'docker.container.duration': 90_000_000_000n,
      }),
    ],
    [
      'kill',
      event('container', 'kill', { ...nginx, signal: '15' }),
      container('kill', { 'docker.attributes.signal': '15', 'docker.signal': 15n }),
    ],
    [
      'kill with a name',
      event('container', 'kill', { ...nginx, signal: 'SIGKILL' }),
      container('kill', { 'docker.attributes.signal': 'SIGKILL' }),
    ],
    [
      'rename',
      event('container', 'rename', { ...nginx, oldName: '/old' }),
      container('rename', { 'docker.container.oldname': 'old' }),
    ],
    [
      'exec_create with a colon in the command',
      event('container', 'exec_create: sh -c a: b', { ...nginx, execID: 'e1' }),
      container('exec_create: sh -c a: b', {
        'docker.action.verb': 'exec_create',
        'docker.action.detail': 'sh -c a: b',
        'docker.exec.command': 'sh -c a: b',
        'docker.exec.id': 'e1',
      }),
    ],
    [
      'exec_start of nothing',
      event('container', 'exec_start: ', { ...nginx, execID: 'e1' }),
      container('exec_start: ', {
        'docker.action.verb': 'exec_start',
        'docker.action.detail': '',
        'docker.exec.command': '',
        'docker.exec.id': 'e1',
      }),
    ],
    [
      'exec_die',
      event('container', 'exec_die', { ...nginx, execID: 'e1', exitCode: '0' }),
      container('exec_die', {
        'docker.exec.id': 'e1',
        'docker.exitcode': 0n,
        'docker.attributes.exitcode': '0',
      }),
    ],
    [
      'health_status',
      event('container', 'health_status: unhealthy', nginx),
      container('health_status: unhealthy', {
        'docker.action.verb': 'health_status',
        'docker.action.detail': 'unhealthy',
        'docker.health': 'unhealthy',
      }),
    ],
    [
      "Podman's health_status",
      event('container', 'health_status', nginx, { HealthStatus: 'healthy' }),
      container('health_status', { 'docker.health': 'healthy' }),
    ],
    [
      'Compose and Swarm labels',
      event('container', 'start', {
        ...nginx,
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'front',
        'com.docker.stack.namespace': 'prod',
        'com.docker.swarm.node.id': 'n1',
        'com.docker.swarm.service.id': 's1',
        'com.docker.swarm.service.name': 'prod_front',
        'com.docker.swarm.task': '',
        'com.docker.swarm.task.id': 't1',
        'com.docker.swarm.task.name': 'prod_front.1.t1',
      }),
      container('start', {
        'docker.compose.project': 'shop',
        'docker.compose.service': 'front',
        'docker.stack.namespace': 'prod',
        'docker.node.id': 'n1',
        'docker.swarm.serviceid': 's1',
        'docker.swarm.servicename': 'prod_front',
        'docker.swarm.task': '',
        'docker.swarm.taskid': 't1',
        'docker.swarm.taskname': 'prod_front.1.t1',
      }),
    ],
    [
      'prune, which is about no container',
      '{"Type":"container","Action":"prune","Actor":{"ID":"","Attributes":{"reclaimed":"0"}}}',
      {
        'docker.status': 'prune',
        'docker.type': 'container',
        'docker.action': 'prune',
        'docker.action.verb': 'prune',
        'docker.enriched': false,
      },
    ],
  ])('of a container: %s', async (_, payload, expected) => {
    expect(await extraction.all(payload)).toEqual(expected);
  });

  test.each<[string, string, Record<string, Value>]>([
    [
      'an image that is pulled',
      '{"status":"pull","id":"redis:7","Type":"image","Action":"pull","Actor":{"ID":"redis:7","Attributes":{"name":"redis"}}}',
      {
        'docker.status': 'pull',
        'docker.id': 'redis:7',
        'docker.type': 'image',
        'docker.action': 'pull',
        'docker.action.verb': 'pull',
        'docker.actor.id': 'redis:7',
        'docker.attributes.name': 'redis',
        'docker.image.registry': 'docker.io',
        'docker.image.repository': 'library/redis',
        'docker.image.tag': '7',
      },
    ],
    [
      'an image that is tagged, on Engine 29',
      `{"Type":"image","Action":"tag","Actor":{"ID":"sha256:${id}","Attributes":{"name":"host:5000/team/app:1"}}}`,
      {
        'docker.status': 'tag',
        'docker.id': `sha256:${id}`,
        'docker.type': 'image',
        'docker.action': 'tag',
        'docker.action.verb': 'tag',
        'docker.actor.id': `sha256:${id}`,
        'docker.attributes.name': 'host:5000/team/app:1',
        'docker.image.registry': 'host:5000',
        'docker.image.repository': 'team/app',
        'docker.image.tag': '1',
      },
    ],
    [
      'a network that is connected',
      event('network', 'connect', { container: 'c1', name: 'bridge', type: 'bridge' }),
      {
        'docker.type': 'network',
        'docker.action': 'connect',
        'docker.action.verb': 'connect',
        'docker.actor.id': id,
        'docker.attributes.container': 'c1',
        'docker.attributes.name': 'bridge',
        'docker.attributes.type': 'bridge',
        'docker.container.id': 'c1',
        'docker.network.id': id,
        'docker.network.name': 'bridge',
        'docker.network.type': 'bridge',
      },
    ],
    [
      'a volume that is mounted',
      `{"Type":"volume","Action":"mount","Actor":{"ID":"data","Attributes":{"container":"c1","destination":"/d","driver":"local","read/write":"false"}}}`,
      {
        'docker.type': 'volume',
        'docker.action': 'mount',
        'docker.action.verb': 'mount',
        'docker.actor.id': 'data',
        'docker.attributes.container': 'c1',
        'docker.container.id': 'c1',
        'docker.volume.name': 'data',
        'docker.volume.driver': 'local',
        'docker.volume.destination': '/d',
        'docker.volume.readonly': true,
      },
    ],
    [
      'a Swarm node that is updated',
      event('node', 'update', { name: 'w3', 'state.new': 'down', 'state.old': 'ready' }, { scope: 'swarm' }),
      {
        'docker.type': 'node',
        'docker.action': 'update',
        'docker.action.verb': 'update',
        'docker.scope': 'swarm',
        'docker.actor.id': id,
        'docker.attributes.name': 'w3',
        'docker.node.statenew': 'down',
        'docker.node.stateold': 'ready',
      },
    ],
    [
      'a Swarm service',
      event('service', 'create', { name: 'front' }),
      {
        'docker.type': 'service',
        'docker.action': 'create',
        'docker.action.verb': 'create',
        'docker.actor.id': id,
        'docker.attributes.name': 'front',
        'docker.swarm.serviceid': id,
      },
    ],
    ['an object without members', '{}', {}],
  ])('of %s', async (_, payload, expected) => {
    expect(await extraction.all(payload)).toEqual(expected);
  });
});
