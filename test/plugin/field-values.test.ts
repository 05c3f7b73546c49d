import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Extraction } from './extraction.js';
import { container, event, id, nginx } from './sample-events.js';

let extraction: Extraction;
beforeAll(async () => {
  extraction = await Extraction.start();
});
afterAll(async () => extraction.loader.end());

describe('numbers', () => {
  test.each<[string, bigint | null]>([
    ['0', 0n],
    ['018', 18n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
    ['18446744073709551616', null],
    ['-1', null],
    ['+1', null],
    [' 1', null],
    ['1 ', null],
    ['0x1', null],
    ['1.5', null],
    ['', null],
    ['LBL', null],
  ])('an exit code of "%s"', async (exitCode, expected) => {
    const payload = event('container', 'die', { ...nginx, exitCode });
    expect(await extraction.one(payload, 'docker.exitcode')).toBe(expected);
    expect(await extraction.one(payload, 'docker.attributes.exitcode')).toBe(exitCode);
  });

  test.each<[string, bigint | null]>([
    ['18446744073', 18_446_744_073_000_000_000n],
    ['18446744074', null],
    ['1.5', null],
  ])('a duration of %s seconds', async (execDuration, expected) => {
    const payload = event('container', 'die', { ...nginx, execDuration });
    expect(await extraction.one(payload, 'docker.container.duration')).toBe(expected);
  });

  test.each<[string, bigint | null]>([
    ['"time":5,"timeNano":5000000001', 5_000_000_001n],
    ['"timeNano":18446744073709551615', 18_446_744_073_709_551_615n],
    ['"time":5', 5_000_000_000n],
    ['"time":5,"timeNano":0', 5_000_000_000n],
    ['"time":5,"timeNano":"7"', 5_000_000_000n],
    ['"time":5,"timeNano":1.7e18', 5_000_000_000n],
    ['"time":5,"timeNano":-1', 5_000_000_000n],
    ['"time":5,"timeNano":null', 5_000_000_000n],
    ['"time":5.5', null],
    ['"time":18446744074', null],
    ['"time":0,"timeNano":0', null],
    ['"timeNano":{}', null],
  ])('the time of %s', async (members, expected) => {
    expect(await extraction.one(`{${members}}`, 'docker.time')).toBe(expected);
  });

  test.each<[string, boolean | null]>([
    ['true', false],
    ['false', true],
    ['', null],
    ['rw', null],
  ])('a volume with read/write "%s"', async (mode, expected) => {
    expect(await extraction.one(event('volume', 'mount', { 'read/write': mode }), 'docker.volume.readonly')).toBe(
      expected,
    );
  });
});

describe('labels among the attributes', () => {
  test('a label that overwrites an attribute is seen, in the fields that say so', async () => {
    const payload = event('container', 'die', {
      ...nginx,
      exitCode: 'LBL',
      signal: '9',
      execID: 'forged',
      type: 'x',
      container: 'y',
    });
    expect(await extraction.all(payload)).toEqual(
      container('die', {
        'docker.attributes.exitcode': 'LBL',
        'docker.attributes.signal': '9',
        'docker.signal': 9n,
        'docker.exec.id': 'forged',
        'docker.attributes.type': 'x',
        'docker.attributes.container': 'y',
      }),
    );
  });

  test('labels of a container do not make it a network, a volume or another container', async () => {
    const labels = {
      ...nginx,
      driver: 'local',
      destination: '/',
      'read/write': 'true',
      type: 'bridge',
      container: 'other',
    };
    const values = await extraction.all(event('container', 'start', labels));
    expect(values['docker.container.id']).toBe(id);
    expect(Object.keys(values).filter((name) => /^docker\.(network|volume)\./.test(name))).toEqual([]);
  });

  test("docktape's own events have the container that they concern, and nothing else has it by such attributes", async () => {
    const attributes = { container: 'c0ffee', name: 'web', image: 'nginx' };
    const container = (values: Record<string, unknown>) =>
      ['id', 'name', 'image'].map((name) => values[`docker.container.${name}`]);
    expect(container(await extraction.all(event('docktape', 'missed die', attributes)))).toEqual([
      'c0ffee',
      'web',
      'nginx',
    ]);
    expect(container(await extraction.all(event('docktape', 'gap', {})))).toEqual([undefined, undefined, undefined]);
    expect(container(await extraction.all(event('plugin', 'create', attributes)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('any attribute is there under its key', async () => {
    const attributes = { '': 'empty', __proto__: undefined, 'a b': '', ü: 'ö', 'read/write': 'true', 'x]y': '1' };
    const json = event('container', 'start', attributes).replace(
      '"":"empty"',
      '"":"empty","__proto__":"p","constructor":"c"',
    );
    const keys = ['', '__proto__', 'constructor', 'a b', 'ü', 'read/write', 'x]y', 'toString', 'a', 'A B'];
    await extraction.event(json);
    expect(await extraction.values(keys.map((key) => `docker.attributes[${key}]`))).toEqual([
      'empty',
      'p',
      'c',
      '',
      'ö',
      'true',
      '1',
      null,
      null,
      null,
    ]);
  });

  test('many fields of one call do not disturb each other', async () => {
    await extraction.event(event('container', 'exec_start: sh', { ...nginx, exitCode: '3' }));
    const names = [
      'docker.action.verb',
      'docker.exitcode',
      'docker.image.repository',
      'docker.action.verb',
      'docker.image.tag',
      'docker.attributes[nope]',
    ];
    expect(await extraction.values(names)).toEqual(['exec_start', 3n, 'library/nginx', 'exec_start', 'latest', null]);
  });
});
