import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { childrenOf } from '../support/processes.js';
import { fakeHost, folder, Loader, type Result } from './loader.js';

let loader: Loader;
beforeAll(async () => {
  loader = await Loader.start();
});
afterAll(async () => loader.end());

let states = 0;
let state = '';
beforeEach(() => {
  states += 1;
  state = `s${states}`;
});

/** How init takes a config text. Every state is destroyed, the ones of failures too. */
async function init(config: string | undefined): Promise<Result & { state: boolean }> {
  const words = config === undefined ? ['init', state] : ['init', state, config];
  const result = await loader.do<Result & { state: boolean }>(...words);
  await loader.do('destroy', state);
  return result;
}

/** The request that a host gets from a state of this config. */
async function requestFor(config: string): Promise<Record<string, unknown>> {
  const report = join(folder, `${state}.report`);
  await loader.do('init', state, config);
  expect(await loader.do('open', state, 'i', `report:${report};opened`)).toMatchObject({ rc: 'success' });
  await loader.do('destroy', state);
  const line = readFileSync(report, 'utf8')
    .split('\n')
    .find((text) => text.startsWith('request='));
  return JSON.parse(line?.slice('request='.length) ?? '') as Record<string, unknown>;
}

describe('init_config in the shapes in which Falco hands it over', () => {
  test.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['blanks', '  '],
    ['an empty object, as for an absent init_config', '{}'],
    ['null, as for `init_config: {}` and for []', 'null'],
    ['a double for an integer', '{"flushinterval":5.0}'],
    ['a large integer as a double', '{"queue_bytes":4294967296.0}'],
    ['the other spelling', '{"flushInterval":30}'],
    ['nulls for values that are left out', '{"flushinterval":null,"daemon":null,"host":null}'],
    [
      'every key',
      '{"flushinterval":1,"daemon":"fail","queue_bytes":65536,"log_level":"debug","cursor":"/c","enrich":true,"enrich_timeout":10000,"captures":"/x","host":"/y"}',
    ],
    ['no wait at all', '{"enrich_timeout":0.0}'],
  ])('takes %s', async (_, config) => {
    expect(await init(config)).toEqual({ rc: 'success', error: null, state: true });
  });

  test.each([
    ['a scalar that YAML guessed', '5', 'init_config must be a map with the keys flushinterval, daemon'],
    ['a boolean that YAML guessed', 'false', 'not false'],
    ['a list', '[]', 'not []'],
    ['what is not JSON', '{"daemon":', 'init_config is not JSON (at byte 10)'],
    [
      'an unknown key',
      '{"flush":1}',
      "unknown key 'flush'; the known ones are flushinterval, daemon, queue_bytes, log_level, cursor, enrich, enrich_timeout",
    ],
    ['a key twice', '{"daemon":"fail","daemon":"retry"}', 'daemon is given twice'],
    ['both spellings', '{"flushinterval":1,"flushInterval":2}', 'flushinterval is given twice'],
    ['a fraction', '{"flushinterval":1.5}', 'flushinterval must be a whole number from 1 to 3600000, not 1.5'],
    ['zero milliseconds, with which Falco would spin', '{"flushinterval":0}', 'not 0'],
    ['a negative number', '{"queue_bytes":-1}', 'queue_bytes must be a whole number from 65536'],
    ['a number beyond a double', '{"flushinterval":-1844674407379e296}', 'to 3600000, not -Inf'],
    ['a number as text', '{"flushinterval":"30"}', 'not "30"'],
    ['another choice', '{"daemon":"wait"}', 'daemon must be one of retry, fail, not "wait"'],
    [
      'a choice that YAML guessed to be a boolean',
      '{"log_level":false}',
      'one of error, warning, info, debug, not false',
    ],
    ['a path that YAML guessed to be a number', '{"captures":123}', 'captures must be a path, not 123'],
    ['what is neither true nor false', '{"enrich":"maybe"}', 'enrich must be true or false, not "maybe"'],
    ['a number for true', '{"enrich":1}', 'enrich must be true or false, not 1'],
    [
      'a wait of minutes',
      '{"enrich_timeout":10001}',
      'enrich_timeout must be a whole number from 0 to 10000, not 10001',
    ],
    ['a NUL in a path', '{"host":"a\\u0000b"}', 'host must be a path'],
    ['a very long value', JSON.stringify({ daemon: 'ü'.repeat(500) }), 'daemon must be one of retry, fail, not'],
  ])('refuses %s and says why, on a state that can be destroyed', async (_, config, reason) => {
    const { rc, error, state } = await init(config);
    expect({ rc, state }).toEqual({ rc: 'failure', state: true });
    expect(error).toContain(reason);
    expect(Buffer.byteLength(error ?? '')).toBeLessThan(256);
  });

  test('hostile nesting does not overflow the stack', async () => {
    expect(await init(`{"daemon":${'['.repeat(200_000)}`)).toMatchObject({ rc: 'failure' });
  });
});

test('the host is told what init_config says', async () => {
  expect(await requestFor(JSON.stringify({ host: fakeHost }))).toMatchObject({
    version: 2,
    daemon: 'retry',
    queueBytes: 67_108_864,
    logLevel: 'info',
    skip: 0,
    enrichTimeout: 200,
    resume: null,
  });
  state += 'b';
  const config = { host: fakeHost, daemon: 'fail', queue_bytes: 1e6, log_level: 'warning', enrich_timeout: 50 };
  expect(await requestFor(JSON.stringify(config))).toMatchObject({
    daemon: 'fail',
    queueBytes: 1_000_000,
    logLevel: 'warning',
    enrichTimeout: 50,
  });
  state += 'c';
  expect(await requestFor(JSON.stringify({ host: fakeHost, enrich: false, enrich_timeout: 50 }))).toMatchObject({
    enrichTimeout: null,
  });
});

test('init starts nothing and opens nothing', async () => {
  const before = loader.descriptors();
  await loader.init(state, { captures: '/nowhere', host: '/nowhere', cursor: '/nowhere/cursor' });
  expect(loader.descriptors()).toEqual(before);
  expect(childrenOf(loader.pid)).toEqual([]);
  await loader.do('destroy', state);
});

describe('list_open_params', () => {
  /** The open params offered, and the error if there is one. */
  async function offered(config: Readonly<Record<string, unknown>>) {
    await loader.init(state, config);
    const { text, error } = await loader.do<Result & { text: string | null }>('params', state);
    await loader.do('destroy', state);
    const params = JSON.parse(text ?? 'null') as { value: string; desc: string }[] | null;
    return { values: params?.map(({ value }) => value), error };
  }

  test('offers live', async () => {
    expect(await offered({})).toEqual({ values: ['live'], error: null });
  });

  test('offers the captures of the folder, by name, in the grammar of open params', async () => {
    const captures = join(folder, 'captures');
    mkdirSync(join(captures, 'folder.db'), { recursive: true });
    for (const name of ['b.db', 'a "quoted" ?100%.db', 'notes.txt', 'a.db-wal'])
      writeFileSync(join(captures, name), '');
    symlinkSync(join(captures, 'gone'), join(captures, 'dangling.db'));
    writeFileSync(Buffer.concat([Buffer.from(`${captures}/`), Buffer.from([0xff]), Buffer.from('.db')]), '');
    expect(await offered({ captures })).toEqual({
      values: ['live', `capture:${captures}/a "quoted" %3F100%25.db`, `capture:${captures}/b.db`],
      error: null,
    });
  });

  // What JSON must escape, in a name so long that it would be searched sixteen bytes at a time.
  test.each(['\u0001', '\n', '"', '\\', '\u0019', '\u001a', '\u001b', '\u001f', '\u007f'])(
    'offers a name with %j',
    async (odd) => {
      const captures = mkdtempSync(join(folder, 'odd-'));
      const name = `a name with many bytes before ${odd} and with many bytes behind it.db`;
      writeFileSync(join(captures, name), '');
      expect(await offered({ captures })).toMatchObject({ values: ['live', `capture:${captures}/${name}`] });
    },
  );

  test('says which folder cannot be read', async () => {
    const { error } = await offered({ captures: '/nowhere' });
    expect(error).toBe("init_config's captures cannot be read (No such file or directory); name a folder: /nowhere");
  });
});
