import { afterAll, beforeAll, expect, test } from 'vitest';
import { Extraction } from './extraction.js';

let extraction: Extraction;
beforeAll(async () => {
  extraction = await Extraction.start();
});
afterAll(async () => extraction.loader.end());

const names = ['docker.image.registry', 'docker.image.repository', 'docker.image.tag', 'docker.image.digest'];
const hex = '0123456789abcdef'.repeat(4);
const digest = `sha256:${hex}`;
const sha512 = `sha512:${hex}${hex}`;
const nothing = [null, null, null, null];

async function resolve(image: string) {
  await extraction.event(JSON.stringify({ Type: 'container', Actor: { Attributes: { image } } }));
  return await extraction.values(names);
}

test.each<[string, (string | null)[]]>([
  ['nginx', ['docker.io', 'library/nginx', 'latest', null]],
  ['nginx:1.27', ['docker.io', 'library/nginx', '1.27', null]],
  ['grafana/grafana', ['docker.io', 'grafana/grafana', 'latest', null]],
  ['docker.io/nginx', ['docker.io', 'library/nginx', 'latest', null]],
  ['docker.io/library/nginx', ['docker.io', 'library/nginx', 'latest', null]],
  ['index.docker.io/nginx', ['docker.io', 'library/nginx', 'latest', null]],
  ['ghcr.io/a/b/c:v1', ['ghcr.io', 'a/b/c', 'v1', null]],
  ['host:5000/app', ['host:5000', 'app', 'latest', null]],
  ['host:5000', ['docker.io', 'library/host', '5000', null]],
  ['localhost/app', ['localhost', 'app', 'latest', null]],
  ['HOST/app', ['HOST', 'app', 'latest', null]],
  ['[::1]:5000/app', ['[::1]:5000', 'app', 'latest', null]],
  ['host/app', ['docker.io', 'host/app', 'latest', null]],
  [`nginx@${digest}`, ['docker.io', 'library/nginx', null, digest]],
  [`nginx:1@${digest}`, ['docker.io', 'library/nginx', '1', digest]],
  [`host:5000/a:1@${sha512}`, ['host:5000', 'a', '1', sha512]],
  [digest, [null, null, null, digest]],
  [hex, [null, null, null, digest]],
  ['0123456789ab', [null, null, null, null]],
  [hex.slice(1), [null, null, null, null]],
  ['0123456789a', ['docker.io', 'library/0123456789a', 'latest', null]],
  ['0123456789ab:1', ['docker.io', 'library/0123456789ab', '1', null]],
  [`app:${'0123456789abcdef'.repeat(2)}`, ['docker.io', 'library/app', '0123456789abcdef'.repeat(2), null]],
  ['a__b.c-d---e_f', ['docker.io', 'library/a__b.c-d---e_f', 'latest', null]],
  [`app:${'t'.repeat(128)}`, ['docker.io', 'library/app', 't'.repeat(128), null]],
])('%s', async (image, expected) => {
  expect(await resolve(image)).toEqual(expected);
});

test.each([
  '',
  'a b c',
  'büild/ünïcode',
  'Nginx',
  'nginx:',
  'nginx@',
  'nginx@sha256:short',
  `nginx@md5:${hex}`,
  `nginx@sha256:${hex.toUpperCase()}`,
  'nginx:.tag',
  `app:${'t'.repeat(129)}`,
  '/nginx',
  'a//b',
  'a/',
  '-a',
  'a-',
  'a..b',
  'a___b',
  'host:port/app',
  'ho_st.io/app',
  '-host.io/app',
  'host..io/app',
  'host.io/',
  'x'.repeat(256),
])('no reference: %s', async (image) => {
  expect(await resolve(image)).toEqual(nothing);
});

test.each([
  [
    'the reference that was pulled',
    { ID: 'redis:7', Attributes: { name: 'redis' } },
    ['docker.io', 'library/redis', '7', null],
  ],
  [
    'the name, where the ID is the image',
    { ID: digest, Attributes: { name: 'app:2' } },
    ['docker.io', 'library/app', '2', null],
  ],
  ["the name, with Podman's ID", { ID: hex, Attributes: { name: 'quay.io/a/b:3' } }, ['quay.io', 'a/b', '3', null]],
  ['the ID, where there is no name', { ID: digest, Attributes: {} }, [null, null, null, digest]],
  ['the ID twice, on delete', { ID: digest, Attributes: { name: digest } }, [null, null, null, digest]],
  ['nothing, on prune', { ID: '', Attributes: { reclaimed: '0' } }, nothing],
])('an event of an image names %s', async (_, Actor, expected) => {
  await extraction.event(JSON.stringify({ Type: 'image', Action: 'x', Actor }));
  expect(await extraction.values(names)).toEqual(expected);
});

test('an event of a network names no image', async () => {
  await extraction.event(JSON.stringify({ Type: 'network', Actor: { ID: 'redis:7', Attributes: { image: 'nginx' } } }));
  expect(await extraction.values(names)).toEqual(nothing);
});
