import { describe, expect, test } from 'vitest';
import {
  type Allows,
  haproxy,
  nginx,
  proxyService,
  tecnativa,
  wollomatic,
  wollomaticExpressions,
} from './support/allow-lists.js';

const strict: readonly [name: string, allows: Allows][] = [
  ['wollomatic/socket-proxy', wollomatic(wollomaticExpressions())],
  ['HAProxy', haproxy()],
  ['nginx', nginx()],
];
const all = [...strict, ['tecnativa/docker-socket-proxy', tecnativa()] as const];

describe.each(all)('the allow-list of %s', (_name, allows) => {
  test.each([
    '/events',
    '/events?since=1700000000.000000000',
    '/v1.41/events?since=1&until=2',
    '/_ping',
    '/version',
    '/v1.54/version',
    '/info',
    '/v1.41/info?x=/containers/json',
  ])('lets GET %s through', (path) => {
    expect(allows('GET', path)).toBe(true);
  });

  test.each([
    ['POST', '/containers/create'],
    ['POST', '/v1.41/containers/create?name=x'],
    ['POST', '/events'],
    ['PUT', '/containers/c0ffee/archive?path=/'],
    ['DELETE', '/containers/c0ffee'],
    ['POST', '/containers/json'],
    ['GET', '/containers/c0ffee/json'],
    ['GET', '/containers/c0ffee/archive?path=/etc/shadow'],
    ['GET', '/v1.41/containers/c0ffee/logs'],
    ['GET', '/images/json'],
    ['GET', '/secrets'],
    ['GET', '/'],
    ['GET', ''],
    ['GET', '/images/json?x=/events'],
    ['GET', '/images/json#/events'],
    ['GET', '//events'],
    ['GET', '/v1.41/v1.41/events'],
  ])('refuses %s %s', (method, path) => {
    expect(allows(method, path)).toBe(false);
  });
});

describe.each(strict)('the strict allow-list of %s', (_name, allows) => {
  test.each(['/containers/json', '/containers/json?all=1', '/v1.41/containers/json?all=1'])(
    'lets GET %s through',
    (path) => {
      expect(allows('GET', path)).toBe(true);
    },
  );

  test.each([
    ['GET', '/containers/jsonandmore'],
    ['GET', '/containers/json/../c0ffee/logs'],
    ['HEAD', '/_ping'],
    ['GET', '/eventsandmore'],
    ['GET', '/events/../containers/json'],
    ['GET', '/info/../containers/json'],
    ['GET', '/events\n'],
    ['GET', '/v2/events'],
    ['GET', '/vx/events'],
    ['get', '/events'],
  ])('refuses %s %j', (method, path) => {
    expect(allows(method, path)).toBe(false);
  });
});

test('wollomatic/socket-proxy gets one expression a path, so that a path is taken away by a line', () => {
  expect(wollomaticExpressions()).toEqual(
    ['events', '_ping', 'version', 'info', 'containers/json'].map((path) => `(/v1\\.[0-9]+)?/${path}`),
  );
});

test('the proxies are pinned to a version', () => {
  for (const file of ['compose.wollomatic.yaml', 'compose.tecnativa.yaml']) {
    expect(proxyService(file).image, file).toMatch(/^[a-z]+\/[a-z-]+:\d+\.\d+\.\d+$/);
  }
});

test('tecnativa/docker-socket-proxy is told nothing but what it is to let through', () => {
  expect(proxyService('compose.tecnativa.yaml').environment).toEqual({
    EVENTS: 1,
    PING: 1,
    VERSION: 1,
    INFO: 1,
    POST: 0,
  });
});
