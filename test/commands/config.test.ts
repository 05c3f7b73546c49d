import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { docktape, projectPath } from '../support/docktape.js';

const capture = projectPath('captures/exec.db');

interface FalcoConfig {
  readonly plugins: readonly [{ library_path: string; init_config: Record<string, unknown>; open_params: string }];
  readonly load_plugins: readonly string[];
}

async function configFor(...args: string[]): Promise<FalcoConfig> {
  const { code, stdout, stderr } = await docktape(['config', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return parse(stdout) as FalcoConfig;
}

/** What the plugin makes of the configuration, as Falco would give it. */
async function replayed({ plugins: [{ library_path, init_config, open_params }] }: FalcoConfig): Promise<number> {
  const plugin = LoadedPlugin.load(library_path);
  try {
    plugin.init(JSON.stringify(init_config));
    const source = await plugin.open(open_params);
    let count = 0;
    for (let batch = await source.next(); batch !== 'end'; batch = await source.next()) {
      if (batch !== 'timeout') count += batch.count;
    }
    return count;
  } finally {
    await plugin.destroy();
  }
}

describe('docktape config', () => {
  test('01 names the library that docktape itself loads, and every key that it takes', async () => {
    const config = await configFor();
    expect(config.load_plugins).toEqual(['docker']);
    expect(config.plugins[0]).toMatchObject({ name: 'docker', library_path: libraryPath(), open_params: 'live' });
    const plugin = LoadedPlugin.load(config.plugins[0].library_path);
    plugin.init(JSON.stringify(config.plugins[0].init_config));
    await plugin.destroy();
    const { stdout } = await docktape(['config']);
    const known = JSON.parse(plugin.initSchema ?? '') as { properties: Record<string, unknown> };
    for (const key of Object.keys(known.properties).filter((name) => name !== 'flushInterval')) {
      expect(stdout).toMatch(new RegExp(`^ +(# )?${key}: `, 'm'));
    }
  });

  test('01 so are the defaults of what is asked about containers', async () => {
    const { plugins } = await configFor();
    expect(plugins[0].init_config).toMatchObject({ enrich: true, enrich_timeout: 200 });
  });

  test('02 what it prints for a capture makes the plugin replay it', async () => {
    expect(await replayed(await configFor(`${capture}?speed=max`))).toBe(23);
  });

  test('03 of a capture it is a whole configuration, with the rules that docktape ships', async () => {
    expect(await configFor(capture)).toMatchObject({
      engine: { kind: 'nodriver' },
      rules_files: [projectPath('rules/docker_rules.yaml')],
    });
  });

  test('04 another installation’s library brings its own rules', async () => {
    const library = '/usr/share/falco/plugins/libdocker.so';
    expect(await configFor('--standalone', '--library', library)).toMatchObject({
      plugins: [{ library_path: library }],
      rules_files: ['/etc/falco/docker_rules.yaml'],
    });
  });

  test('05 rules that are named have absolute paths', async () => {
    expect(await configFor('--standalone', '-r', 'rules', '-r', '/etc/more.yaml')).toMatchObject({
      rules_files: [projectPath('rules'), '/etc/more.yaml'],
    });
  });

  test('06 a capture that is not there yet is said, not refused', async () => {
    const { code, stdout, stderr } = await docktape(['config', '/nowhere/night.db']);
    expect(code).toBe(0);
    expect(stderr).toBe('docktape: warning: there is no capture /nowhere/night.db yet\n');
    expect((parse(stdout) as FalcoConfig).plugins[0].open_params).toBe('capture:/nowhere/night.db');
  });

  test('07 open params that the plugin would refuse are refused here', async () => {
    const { code, stdout, stderr } = await docktape(['config', 'live?speed=1']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("open params: the key 'speed' is for a replay");
  });

  test.each([
    ['ssh://ada@build', 'ssh://ada@build is refused'],
    ['tcp://', "'tcp://' is not a daemon's address: write tcp://HOST:PORT and no more"],
    ['https://host/path', 'write https://HOST:PORT and no more'],
  ])('07 so are addresses that no daemon can have: %s', async (address, expected) => {
    const { code, stdout, stderr } = await docktape(['config', address]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  test.each(['tcp://host:2376', 'https://host', 'context:elsewhere', 'unix:///run/docker.sock', 'live'])(
    '07 what an address needs may be on another machine: %s',
    async (address) => {
      const { code, stdout } = await docktape(['config', address], { HOME: '/nonexistent', DOCKER_CONFIG: '' });
      expect(code).toBe(0);
      expect((parse(stdout) as FalcoConfig).plugins[0].open_params).toBe(address);
    },
  );

  test('08 rules do not belong into a fragment', async () => {
    const { code, stderr } = await docktape(['config', '-r', 'rules']);
    expect(code).toBe(2);
    expect(stderr).toContain('-r is for a whole configuration: add --standalone');
  });
});
