import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { falcoFragment } from '#docktape/falco/fragment/fragment.js';
import { configKeys } from '#docktape/falco/fragment/init-config.js';
import { installedRules } from '#docktape/falco/fragment/installed-rules.js';
import { paramsForFalco } from '#docktape/falco/fragment/params-for-falco.js';
import { parseOpenParams } from '#docktape/source/open-params.js';
import { projectPath } from '../../support/docktape.js';

const schema = JSON.stringify({
  type: ['object', 'null'],
  properties: {
    flushinterval: { title: 'Flush', description: 'How long to wait.', type: 'integer', default: 30 },
    flushInterval: { title: 'Flush', description: 'How long to wait.', type: 'integer', default: 30 },
    daemon: { title: 'Absent daemon', description: 'Wait or fail.', type: 'string', default: 'retry' },
    host: { title: 'Source host', description: 'Its path.', type: 'string', default: '' },
  },
});
/** Nanoseconds since the epoch, from which ages count back. */
const at = 1_700_000_000_000_000_000n;
const library = '/usr/share/falco/plugins/libdocker.so';

function fragment(params: string, rules?: string[]): string {
  const keys = configKeys(schema);
  return falcoFragment({ library, params: paramsForFalco(params), keys, ...(rules ? { standalone: { rules } } : {}) });
}

describe('the keys of init_config', () => {
  test('01 are those of the schema, with their meaning, and another spelling of a key is left out', () => {
    const text = fragment('live');
    expect(text).toContain('      # Flush: How long to wait.\n      flushinterval: 30\n');
    expect(text).not.toContain('flushInterval');
  });

  test('02 one that is empty by default can be read, but says nothing to Falco', () => {
    const text = fragment('live');
    expect(text).toContain("      # Source host: Its path.\n      # host: ''\n");
    expect(parse(text).plugins[0].init_config).toEqual({ flushinterval: 30, daemon: 'retry' });
  });

  test.each(['{}', '{"properties":{"a":{"type":"integer"}}}'])(
    '03 a schema that explains nothing is refused: %s',
    (bad) => {
      expect(() => configKeys(bad)).toThrow('configuration schema cannot be used');
    },
  );
});

describe('a fragment', () => {
  test('01 adds one plugin and nothing that other sources of Falco would feel', () => {
    expect(Object.keys(parse(fragment('live')))).toEqual(['plugins', 'load_plugins']);
    expect(parse(fragment('live'))).toMatchObject({
      plugins: [{ name: 'docker', library_path: library, open_params: 'live' }],
      load_plugins: ['docker'],
    });
  });

  test('02 standing alone it has no kernel driver, the rules, and an output', () => {
    expect(parse(fragment('live', ['/rules/a.yaml', '/rules/b']))).toMatchObject({
      engine: { kind: 'nodriver' },
      rules_files: ['/rules/a.yaml', '/rules/b'],
      stdout_output: { enabled: true },
    });
  });

  test('03 no line is longer than 100 characters, save for what cannot be broken', () => {
    for (const line of fragment('live', ['/rules']).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('04 says what an address needs where Falco runs', () => {
    expect(fragment('context:far')).toContain('DOCKER_CONFIG');
    expect(fragment('tcp://daemon:2376')).toContain('DOCKER_CERT_PATH');
    expect(fragment('unix:///run/docker.sock')).not.toContain('DOCKER_C');
  });

  test.each(["/odd: 'path' #1", '/line\nbreak', '/ends ', '/- dash', '/tägliche', '/"quoted"', '/c\u0007'])(
    '05 the path %j is what a reader of YAML gets back',
    (path) => {
      expect(parse(fragment('live', [path])).rules_files).toEqual([path]);
    },
  );

  test('06 Falco replaces no variable in a path', () => {
    expect(parse(fragment('live', [`/home/\${USER}/rules`])).rules_files).toEqual([`/home/$\${USER}/rules`]);
    expect(() => fragment('live', [`/$\${odd}`])).toThrow('rules file: Falco would make');
  });
});

describe('open params', () => {
  test.each([
    ['', 'live'],
    ['live?since=10m', 'live?since=10m'],
    ['unix:///run/docker.sock', 'unix:///run/docker.sock'],
    ['unix://docker.sock', `unix://${join(process.cwd(), 'docker.sock')}`],
    [`unix:///odd%3F\${x}.sock`, 'unix:///odd%3F%24%7Bx%7D.sock'],
    ['tcp://[::1]:2375', 'tcp://[::1]:2375'],
    ['context:My%20own', 'context:My%20own'],
    ['night.db', `capture:${join(process.cwd(), 'night.db')}`],
    ['capture:/var/50%25?speed=1&session=last', 'capture:/var/50%25?speed=1&session=last'],
    [`capture:/var/\${HOME} `, 'capture:/var/%24%7BHOME%7D%20'],
  ])('01 %j becomes %j', (given, text) => {
    const params = paramsForFalco(given);
    expect(params.text).toBe(text);
    expect(paramsForFalco(text).text).toBe(text);
    expect(parseOpenParams(text, at)).toMatchObject({ mode: params.parsed.mode });
  });

  test('02 those of neither a daemon nor a capture are refused', () => {
    expect(() => paramsForFalco('docker.sock')).toThrow('open params:');
    expect(() => paramsForFalco('live?speed=1')).toThrow('is for a replay');
  });
});

describe('the rules that belong to a library', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'docktape-fragment-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ['/usr/share/falco/plugins/libdocker.so', '/etc/falco/docker_rules.yaml'],
    ['/usr/local/share/falco/plugins/libdocker.so', '/etc/falco/docker_rules.yaml'],
    ['/opt/docktape/share/falco/plugins/libdocker.so', '/opt/docktape/etc/falco/docker_rules.yaml'],
  ])('01 installed as %s they are %s', (path, rules) => {
    expect(installedRules(path)).toBe(rules);
  });

  test('02 unpacked they stand beside its folder', () => {
    mkdirSync(join(folder, 'rules'));
    writeFileSync(join(folder, 'rules/docker_rules.yaml'), '');
    expect(installedRules(join(folder, 'plugins/libdocker.so'))).toBe(join(folder, 'rules/docker_rules.yaml'));
  });

  test('03 elsewhere they are those that docktape ships', () => {
    expect(installedRules(join(folder, 'libdocker.so'))).toBe(projectPath('rules/docker_rules.yaml'));
  });
});
