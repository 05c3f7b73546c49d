import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_ENRICH_TIMEOUT, LONGEST_ENRICH_TIMEOUT } from '#docktape/docker/enrichment/enrichment-options.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import type { FieldInfo } from '#docktape/rules/field-info.js';
import { Loader } from './loader.js';

let loader: Loader;
beforeAll(async () => {
  loader = await Loader.start();
});
afterAll(async () => loader.end());

/** The fields that rules may count on, as {@link typeOf} writes their types: with the types that the Go plugin gave to those it had. */
const expectedFields: Record<string, string> = {
  ...Object.fromEntries(
    [
      'docker.status docker.id docker.from docker.type docker.action docker.scope docker.stack.namespace docker.node.id',
      'docker.node.statenew docker.node.stateold docker.swarm.task docker.swarm.taskid docker.swarm.taskname',
      'docker.swarm.servicename docker.attributes.container docker.attributes.image docker.attributes.name',
      'docker.attributes.type docker.attributes.exitcode docker.attributes.signal docker.actor.id docker.attributes',
      'docker.action.verb docker.action.detail docker.exec.id docker.exec.command docker.health docker.container.id',
      'docker.container.name docker.container.image docker.container.oldname docker.image.registry',
      'docker.image.repository docker.image.tag docker.image.digest docker.network.id docker.network.name',
      'docker.network.type docker.volume.name docker.volume.driver docker.volume.destination docker.compose.project',
      'docker.compose.service docker.swarm.serviceid docker.container.user docker.container.network_mode',
      'docker.container.pid_mode docker.container.ipc_mode docker.container.userns_mode docker.container.runtime',
      'docker.container.restart_policy docker.container.image_id docker.container.command docker.exec.user',
      'docker.host.name docker.host.id docker.host.engine',
    ]
      .join(' ')
      .split(' ')
      .map((name) => [name, 'string']),
  ),
  ...Object.fromEntries(
    [
      'docker.container.cap_add docker.container.cap_drop docker.container.security_opt docker.container.mounts',
      'docker.container.mount_sources docker.container.mount_destinations docker.container.host_paths_rw',
      'docker.container.devices docker.container.ports docker.container.env_names docker.container.image_digests',
      'docker.exec.args',
    ]
      .join(' ')
      .split(' ')
      .map((name) => [name, 'string list']),
  ),
  'docker.enriched': 'bool',
  'docker.container.privileged': 'bool',
  'docker.container.readonly_rootfs': 'bool',
  'docker.container.mount_rw': 'bool',
  'docker.container.created': 'abstime',
  'docker.exec.privileged': 'bool',
  'docker.exec.tty': 'bool',
  'docker.time': 'abstime',
  'docker.exitcode': 'uint64',
  'docker.signal': 'uint64',
  'docker.container.duration': 'reltime',
  'docker.volume.readonly': 'bool',
};

const typeOf = ({ type, isList }: FieldInfo) => (isList ? `${type} list` : type);

async function json<T>(command: string): Promise<T> {
  return JSON.parse((await loader.do<{ text: string }>(command)).text) as T;
}

test('exports the functions of the plugin ABI and nothing else', () => {
  const symbols = execFileSync('nm', ['-D', '--defined-only', '--format=posix', libraryPath()]).toString();
  const names = symbols
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  const declared = readFileSync(new URL('../../native/abi/plugin_functions.h', import.meta.url), 'utf8');
  const expected = [...declared.matchAll(/\b(plugin_\w+)\(/g)].map(([, name]) => name);
  expect(names.sort()).toEqual(expected.sort());
});

test('needs nothing beyond libc', () => {
  const needed = execFileSync('readelf', ['-d', libraryPath()]).toString();
  const libraries = [...needed.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name?.replace(/\.so.*/, ''));
  for (const library of libraries)
    expect(['libc', 'libm', 'libdl', 'libpthread', 'ld-linux-x86-64']).toContain(library);
});

test('its declaration of the ABI compiles as C and as C++, with all sizes and offsets asserted', () => {
  const native = fileURLToPath(new URL('../../native', import.meta.url));
  const program = '#include "abi/plugin_functions.h"\n';
  for (const language of [
    ['-x', 'c', '-std=c11', '-pedantic'],
    ['-x', 'c++', '-std=c++17'],
  ]) {
    const options = [...language, `-I${native}`, '-Wall', '-Wextra', '-Werror', '-fsyntax-only', '-'];
    execFileSync('cc', options, { input: program, stdio: ['pipe', 'inherit', 'inherit'] });
  }
  const wrong = `${program}ABI_LAYOUT(abi_event, len, 17);\n`;
  const options = ['-x', 'c', `-I${native}`, '-fsyntax-only', '-'];
  expect(() => execFileSync('cc', options, { input: wrong, stdio: ['pipe', 'ignore', 'ignore'] })).toThrow();
});

test('says who it is before init', async () => {
  expect(await loader.do('info')).toMatchObject({
    name: 'docker',
    id: 5,
    source: 'docker',
    api: '3.5.0',
    version: '0.5.0',
    schemaType: 1,
  });
});

test('declares its fields with types, descriptions and those that take a key', async () => {
  const fields = await json<FieldInfo[]>('fields');
  expect(Object.fromEntries(fields.map((field) => [field.name, typeOf(field)]))).toEqual(expectedFields);
  for (const { name, desc, display } of fields) {
    expect(name).toMatch(/^[a-z]+[a-z0-9_]*(\.[a-z]+[a-z0-9_]*)+$/);
    expect(desc).toMatch(/\.$/);
    expect(display).toBeTruthy();
  }
  const withArgument = fields.filter(({ arg }) => arg !== undefined);
  expect(withArgument.map(({ name, arg }) => ({ name, arg }))).toEqual([
    { name: 'docker.attributes', arg: { isRequired: true, isKey: true } },
    { name: 'docker.container.mount_rw', arg: { isRequired: true, isKey: true } },
  ]);
});

test('marks the fields that a label can forge', async () => {
  const fields = await json<FieldInfo[]>('fields');
  const forgeable = new Set(
    fields.filter(({ desc }) => desc.endsWith(' A label can forge it.')).map(({ name }) => name),
  );
  for (const name of [
    'docker.exitcode',
    'docker.signal',
    'docker.exec.id',
    'docker.attributes',
    'docker.compose.project',
  ])
    expect(forgeable).toContain(name);
  for (const name of [
    'docker.container.name',
    'docker.container.image',
    'docker.exec.command',
    'docker.status',
    'docker.time',
  ])
    expect(forgeable).not.toContain(name);
});

test('describes init_config in a JSON Schema that takes an object or null', async () => {
  const schema = await json<{ type: string[]; properties: Record<string, Record<string, unknown>> }>('schema');
  expect(schema.type).toEqual(['object', 'null']);
  expect(Object.keys(schema.properties).sort()).toEqual(
    'captures cursor daemon enrich enrich_timeout flushInterval flushinterval host log_level queue_bytes'
      .split(' ')
      .sort(),
  );
  expect(schema.properties.flushinterval).toMatchObject({ type: 'integer', default: 30 });
  expect(schema.properties.daemon).toMatchObject({ type: 'string', default: 'retry' });
  expect(schema.properties.daemon?.description).toContain('One of retry, fail.');
  expect(schema.properties.queue_bytes).toMatchObject({ default: 64 * 1024 * 1024 });
  expect(schema.properties.enrich).toMatchObject({ type: 'boolean', default: true });
  expect(schema.properties.enrich_timeout).toMatchObject({ type: 'integer', default: DEFAULT_ENRICH_TIMEOUT });
  expect(schema.properties.enrich_timeout?.description).toContain(`to ${LONGEST_ENRICH_TIMEOUT}.`);
  for (const property of Object.values(schema.properties)) {
    expect(property.title).toBeTruthy();
    expect(property.description).toBeTruthy();
  }
});
