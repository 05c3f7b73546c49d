import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkFalcoConfig } from '#docktape/doctor/falco-config/check-config.js';
import type { Outcome } from '#docktape/doctor/outcome.js';
import { TestHost } from '../support/test-host.js';

const path = '/etc/falco/falco.yaml';
const library = '/usr/share/falco/plugins/libdocker.so';
const ours = 'replayed from a docktape capture';
/** As in Falco's packages: the included folder, and no plugin. */
const packaged =
  'config_files: [/etc/falco/config.d]\nload_plugins: []\nplugins: [{name: k8saudit, library_path: libk8saudit.so}]\n';
const plugin = (more = '') => `plugins:\n  - {name: docker, library_path: libdocker.so${more}}\n`;
const fragment = `${plugin()}load_plugins: [docker]\n`;

let host: TestHost;
beforeEach(() => {
  host = new TestHost().ordinary().file(library, ours);
});
afterEach(() => host.remove());

interface Check {
  readonly outcomes: readonly Outcome[];
  readonly use?: object;
}

async function check(more: Partial<Parameters<typeof checkFalcoConfig>[0]> = {}): Promise<Check> {
  return checkFalcoConfig({ tree: host.tree, path, isNamed: false, env: {}, init: async () => {}, ...more });
}

async function only(more: Partial<Parameters<typeof checkFalcoConfig>[0]> = {}): Promise<Outcome> {
  const { outcomes } = await check(more);
  expect(outcomes).toHaveLength(1);
  return outcomes[0] as Outcome;
}

describe('a configuration that', () => {
  test('01 is not there is not checked, unless a service names it', async () => {
    expect(await only()).toEqual({ status: 'not checked', found: `there is no ${path}` });
    expect(await only({ isNamed: true })).toMatchObject({ status: 'problem', found: `there is no ${path}` });
  });

  test('02 does not load the plugin is not checked, and says how it would', async () => {
    host.file(path, packaged);
    expect(await only()).toMatchObject({
      status: 'not checked',
      found: `${path} does not load the plugin`,
      advice: expect.stringContaining('docktape config'),
    });
  });

  test('03 loads it from config.d is fine, and says what Falco will use', async () => {
    host.file(path, packaged).file('/etc/falco/config.d/docktape.yaml', fragment);
    expect(await check()).toMatchObject({
      outcomes: [{ status: 'ok', found: `${path} loads ${library}` }],
      use: { library, params: { mode: 'live', address: 'live' } },
    });
  });

  test('04 configures and does not load it is a problem', async () => {
    host.file(path, `${packaged.replace(/plugins:.*\n$/, '')}${plugin()}`);
    expect(await only()).toMatchObject({ status: 'problem', advice: 'add docker to its load_plugins' });
  });

  test('05 has no load_plugins loads all', async () => {
    host.file(path, plugin());
    expect(await only()).toMatchObject({ status: 'ok' });
  });

  test('06 is no YAML, or no mapping, is a problem', async () => {
    host.file(path, 'plugins: [\n');
    expect(await only()).toMatchObject({ status: 'problem', found: expect.stringContaining(`${path}: `) });
    host.file(path, '- a\n');
    expect(await only()).toMatchObject({ status: 'problem', found: `${path} is no mapping of settings to values` });
  });

  test('07 includes a broken file names that file', async () => {
    host.file(path, packaged).file('/etc/falco/config.d/a.yaml', 'a: {');
    expect((await only()).found).toContain('/etc/falco/config.d/a.yaml: ');
  });
});

describe('files are merged as Falco does it:', () => {
  beforeEach(() => {
    host.file('/etc/falco/config.d/docktape.yaml', fragment);
  });

  test('01 lists are added to since 0.41, and replaced before', async () => {
    host.file(path, `config_files: [/etc/falco/config.d]\n${fragment}`);
    expect((await only({ version: '0.44.1' })).found).toContain('loads 2 plugins of this name');
    expect(await only({ version: '0.40.0' })).toMatchObject({ status: 'ok' });
  });

  test('02 a file can be included in other ways', async () => {
    const include = (strategy: string) =>
      `config_files: [{path: /etc/falco/config.d, strategy: ${strategy}}]\nload_plugins: []\n`;
    host.file(path, include('override'));
    expect(await only()).toMatchObject({ status: 'ok' });
    host.file(path, include('add-only'));
    expect(await only()).toMatchObject({ status: 'problem', found: expect.stringContaining('does not load it') });
  });

  test('03 what is not there is passed over, and a folder is read by names', async () => {
    host.file(path, 'config_files: [/etc/none, /etc/falco/config.d]\nload_plugins: []\nplugins: []\n');
    host.file('/etc/falco/config.d/0', 'load_plugins: [other]\nplugins: [{name: other, library_path: libother.so}]\n');
    expect(await only()).toMatchObject({ status: 'ok' });
  });
});

describe('the library', () => {
  test('01 that is not there is a problem', async () => {
    host.file(path, `${plugin().replace('libdocker.so', '/opt/libdocker.so')}`);
    expect(await check()).toMatchObject({
      outcomes: [{ status: 'problem', found: `${path} names /opt/libdocker.so, which does not exist` }],
    });
  });

  test('02 that is the Go plugin is a problem', async () => {
    host.file(path, plugin()).file(library, Buffer.from('\x7fELF \xff Go buildinf:\x08', 'latin1'));
    expect(await only()).toMatchObject({
      status: 'problem',
      found: `${path} loads the Go plugin of the same name, ${library}`,
    });
  });

  test('03 that is something else is a problem', async () => {
    host.file(path, plugin()).file(library, 'text');
    expect(await only()).toMatchObject({ status: 'problem' });
  });

  test('04 that is another build of docktape’s is said', async () => {
    host.file(path, plugin());
    const own = `${host.root}/own.so`;
    host.file('/own.so', `other ${ours}`);
    expect(await only({ ownLibrary: own })).toMatchObject({ status: 'ok', advice: expect.stringContaining(own) });
    host.file('/own.so', ours);
    expect(await only({ ownLibrary: own })).toEqual({ status: 'ok', found: `${path} loads ${library}` });
  });

  test('05 beside the Go plugin makes Falco refuse both', async () => {
    host.file(
      path,
      `${fragment.replace('[docker]', '[docker, go]')}`.replace(
        'load',
        '  - {name: go, library_path: /opt/libdocker.so}\nload',
      ),
    );
    expect(await only()).toMatchObject({
      status: 'problem',
      found: expect.stringContaining(`which Falco refuses: ${library}, /opt/libdocker.so`),
    });
  });

  test('06 behind another one of its name is not loaded, which is said', async () => {
    host.file(path, `${fragment.replace('load', '  - {name: docker, library_path: /opt/libdocker.so}\nload')}`);
    const { outcomes, use } = await check();
    expect(outcomes[1]).toMatchObject({ status: 'ok', advice: 'only the first one counts' });
    expect(use).toMatchObject({ library });
  });

  test('07 can be named by a variable of the service', async () => {
    host.file(path, plugin().replace('libdocker.so', `"\${PLUGINS}/libdocker.so"`)).file('/opt/libdocker.so', ours);
    expect((await only({ env: { PLUGINS: '/opt' } })).found).toBe(`${path} loads /opt/libdocker.so`);
  });
});

describe('what the plugin is given', () => {
  test('01 open params that it refuses are a problem', async () => {
    host.file(path, plugin(', open_params: "live?speed=1"'));
    const { outcomes, use } = await check();
    expect(outcomes[1]).toMatchObject({
      status: 'problem',
      found: expect.stringContaining("the key 'speed' is for a replay"),
    });
    expect(use).toBeUndefined();
  });

  test('02 so is an init_config, which it gets as JSON', async () => {
    host.file(path, plugin(', init_config: {flushinterval: 5}'));
    const given: string[] = [];
    const init = async (config: string) => {
      given.push(config);
      throw new Error('init_config: no');
    };
    const { outcomes } = await check({ init });
    expect(given).toEqual(['{"flushinterval":5}']);
    expect(outcomes[1]).toMatchObject({
      status: 'problem',
      found: `${path} gives the plugin what it refuses: init_config: no`,
    });
  });

  test('03 a capture that is not there is a problem', async () => {
    host.file(path, plugin(', open_params: "capture:/var/night.db"'));
    expect((await check()).outcomes[1]).toMatchObject({
      status: 'problem',
      found: `${path}: there is no capture /var/night.db`,
    });
    host.file('/var/night.db');
    expect(await check()).toMatchObject({ outcomes: [{ status: 'ok' }], use: { params: { mode: 'replay' } } });
  });
});
