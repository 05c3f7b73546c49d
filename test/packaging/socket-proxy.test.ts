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
import { read } from './support/project.js';

const id = '0123456789abcdef'.repeat(4);

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
    `/exec/${id}/json`,
    `/v1.41/exec/${id}/json`,
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
    ['POST', `/exec/${id}/start`],
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
    ['GET', `/v1.41/v1.41/exec/${id}/json`],
  ])('refuses %s %s', (method, path) => {
    expect(allows(method, path)).toBe(false);
  });
});

describe.each(strict)('the strict allow-list of %s', (_name, allows) => {
  test.each([
    '/containers/json',
    '/containers/json?all=1',
    '/v1.41/containers/json?all=1',
    `/containers/${id}/json`,
    `/v1.41/containers/${id}/json`,
  ])('lets GET %s through', (path) => {
    expect(allows('GET', path)).toBe(true);
  });

  test.each([
    ['GET', '/containers/jsonandmore'],
    ['GET', '/containers/json/../c0ffee/logs'],
    ['GET', `/containers/${id}`],
    ['GET', `/containers/${id}/logs`],
    ['GET', `/containers/${id}/top`],
    ['GET', `/containers/${id}/changes`],
    ['GET', `/containers/${id}/export`],
    ['GET', `/containers/${id}/archive?path=/json`],
    ['GET', `/containers/${id}/json/`],
    ['GET', `/containers/${id}/json/../logs`],
    ['GET', `/containers/${id}/logs?x=/json`],
    ['GET', `/containers/${id}/logs%3f/json`],
    ['GET', `/containers/${id}/json\n`],
    ['GET', `/containers/${id}0/json`],
    ['GET', '/containers//json'],
    ['GET', '/containers/web/json'],
    ['GET', `/containers/${id.toUpperCase()}/json`],
    ['HEAD', `/containers/${id}/json`],
    ['POST', `/containers/${id}/json`],
    ['POST', `/exec/${id}/json`],
    ['GET', `/exec/${id}`],
    ['GET', `/exec/${id}/start`],
    ['GET', '/exec/json'],
    ['GET', `/images/${id}/json`],
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
  const ids = ['containers', 'exec'].map((kind) => `${kind}/[0-9a-f]{1,64}/json`);
  expect(wollomaticExpressions()).toEqual(
    ['events', '_ping', 'version', 'info', 'containers/json', ...ids].map((path) => `(/v1\\.[0-9]+)?/${path}`),
  );
});

test.each([
  ['haproxy.cfg', /^ *http-request allow .*\/containers\/\[.*\n/m],
  ['nginx.conf', /^ *"~\^GET .*\/containers\/\[.*\n/m],
  ['compose.wollomatic.yaml', /^ *- -allowGET=.*\/containers\/\[.*\n/m],
])('what shows environments is one line of %s, below the words that say so', (file, line) => {
  const text = read(`packaging/socket-proxy/${file}`);
  const [before = '', after] = text.split(line);
  expect(after).toBeDefined();
  expect(before.split('\n').slice(-4).join(' ')).toMatch(
    /HOLDS THE VALUES OF[ #]+(ITS[ #]+)?ENVIRONMENT[ #]+VARIABLES/,
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
    EXEC: 1,
    POST: 0,
  });
});
