import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withDockerPlugin } from '#docktape/falco/docker-plugin.js';
import { docktape, projectPath } from '../support/docktape.js';
import { makeBundle } from './support/made-up-bundle.js';
import { read, readYaml, version } from './support/project.js';
import { parseUnit, serviceValue, type UnitFile } from './support/unit-file.js';

const folder = 'packaging/systemd';
const unit = (name: string): UnitFile => parseUnit(read(`${folder}/${name}`));
const services = ['falco-docker.service', 'docktape-record.service'];

interface FalcoConfig {
  readonly engine: unknown;
  readonly plugins: readonly { name: string; library_path: string; init_config: object; open_params: string }[];
  readonly load_plugins: readonly string[];
  readonly rules_files: readonly string[];
}
const falcoConfig = readYaml(`${folder}/falco-docker.yaml`) as FalcoConfig & Record<string, unknown>;

test('the reader of units refuses what systemd would pass over with a warning', () => {
  for (const text of [
    '[Servce]',
    '[Service]\nMemoryMx=1G',
    '[Unit]\nExecStart=/bin/true',
    'Type=exec',
    '[Service]\nTyp e=exec',
  ]) {
    expect(() => parseUnit(text), text).toThrow(/^line \d: /);
  }
  expect(() => parseUnit('[Service]\nProtectSystem=all')).toThrow('no such value');
});

test('everything in the folder is a unit, a drop-in, or the configuration that one of them names', () => {
  const others = readdirSync(projectPath(folder)).filter((name) => !services.includes(name));
  expect(others.sort()).toEqual(['docker-proxy.conf', 'falco-docker.yaml']);
});

test.each(services)('%s runs without root, without capabilities, and sees the socket', (name) => {
  const service = unit(name);
  const value = (directive: string) => serviceValue(service, directive);
  expect(value('DynamicUser')).toBe('yes');
  expect(value('User')).not.toBe('root');
  expect(value('SupplementaryGroups')).toBe('docker');
  expect(value('CapabilityBoundingSet')).toBe('');
  expect(value('AmbientCapabilities')).toBe('');
  expect(value('NoNewPrivileges')).toBe('yes');
  expect(value('ProtectSystem')).toBe('strict');
  expect(value('RestrictAddressFamilies').split(' ')).toContain('AF_UNIX');
  for (const hides of [
    'InaccessiblePaths',
    'TemporaryFileSystem',
    'RootDirectory',
    'RootImage',
    'BindPaths',
    'PrivateNetwork',
  ]) {
    expect(service.get('Service')?.has(hides), hides).toBe(false);
  }
  // Node compiles code while it runs.
  expect(service.get('Service')?.has('MemoryDenyWriteExecute')).toBe(false);
});

test.each(services)('%s is restarted after a failure, waits for no Docker, and is stopped in bounded time', (name) => {
  const service = unit(name);
  expect(serviceValue(service, 'Restart')).toBe('on-failure');
  expect(serviceValue(service, 'TimeoutStopSec')).toBe('30s');
  expect(service.get('Unit')?.get('After')).toEqual(['docker.service docker.socket']);
  for (const needs of ['Requires', 'BindsTo', 'Requisite', 'PartOf'])
    expect(service.get('Unit')?.has(needs), needs).toBe(false);
  expect(service.get('Install')?.get('WantedBy')).toEqual(['multi-user.target']);
});

test.each([...services, 'docker-proxy.conf'])(
  '%s says plainly that the group docker is root, or takes it away',
  (name) => {
    expect(read(`${folder}/${name}`)).toMatch(/WHO MAY WRITE TO DOCKER'S SOCKET IS ROOT|lose the group docker/);
  },
);

test("the recorder's command line is docktape's", async () => {
  const [program, command = '', ...args] = serviceValue(unit('docktape-record.service'), 'ExecStart').split(' ');
  expect(program).toBe('/usr/bin/docktape');
  const { code, stdout } = await docktape([command, '--help']);
  expect(code).toBe(0);
  for (const option of args.filter((arg) => arg.startsWith('-')))
    expect(stdout).toMatch(new RegExp(`^ +${option.split('=')[0]} `, 'm'));
  const state = serviceValue(unit('docktape-record.service'), 'StateDirectory');
  expect(args.filter((arg) => !arg.startsWith('-'))).toEqual([`%S/${state}/docker.db`]);
});

test("Falco's command line takes this configuration and this source alone", () => {
  const command = serviceValue(unit('falco-docker.service'), 'ExecStart');
  expect(command).toBe('/usr/bin/falco -c /etc/falco/falco-docker.yaml --enable-source docker');
  expect(falcoConfig.engine).toEqual({ kind: 'nodriver' });
  expect(falcoConfig.load_plugins).toEqual(['docker']);
  expect(falcoConfig.plugins.map(({ name }) => name)).toEqual(['docker']);
});

test("Falco's configuration has none but Falco's keys", () => {
  // From falco.yaml of 0.44.1.
  const known = [
    'engine',
    'plugins',
    'load_plugins',
    'rules_files',
    'watch_config_files',
    'json_output',
    'stdout_output',
  ];
  expect(Object.keys(falcoConfig).filter((key) => ![...known, 'time_format_iso_8601'].includes(key))).toEqual([]);
});

test('the plugin takes the configuration that Falco would give it', async () => {
  const config = falcoConfig.plugins[0]?.init_config as { daemon: 'retry' };
  await withDockerPlugin({ config }, async (plugin) => expect(plugin).toBeDefined());
  const wrong = { ...config, deamon: 'retry' };
  await expect(withDockerPlugin({ config: wrong }, async () => {})).rejects.toThrow('deamon');
});

describe('what the bundle installs', () => {
  const root = mkdtempSync(join(tmpdir(), 'docktape-systemd-'));
  const files = Object.fromEntries(
    readdirSync(projectPath(folder)).map((name) => [`systemd/${name}`, read(`${folder}/${name}`)]),
  );
  const installed = (path: string) => join(root, 'installed', path);

  beforeAll(() => {
    const bundle = makeBundle(root, version, files);
    const args = [join(bundle.folder, 'install.sh'), '--destdir', join(root, 'installed')];
    const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('is where the units and the configuration look for it', () => {
    const paths = [
      serviceValue(unit('docktape-record.service'), 'ExecStart').split(' ')[0] ?? '',
      ...falcoConfig.plugins.map((plugin) => plugin.library_path),
      ...falcoConfig.rules_files,
    ];
    expect(paths).toHaveLength(3);
    expect(paths.filter((path) => !existsSync(installed(path)))).toEqual([]);
  });

  test('has these files as they are here', () => {
    for (const [path, text] of Object.entries(files)) {
      expect(readFileSync(installed(`usr/share/docktape/${path}`), 'utf8'), path).toBe(text);
    }
  });
});

test('the drop-in for a proxy takes the group docker back and names the socket of the proxies here', () => {
  const service = unit('docker-proxy.conf').get('Service');
  expect(service?.get('SupplementaryGroups')).toEqual(['', 'docker-events']);
  const socket = /^DOCKER_HOST=unix:\/\/(.*)$/.exec(service?.get('Environment')?.[0] ?? '')?.[1];
  expect(read('packaging/socket-proxy/haproxy.cfg')).toContain(`bind unix@${socket} mode 660 group docker-events`);
  expect(read('packaging/socket-proxy/nginx.conf')).toContain(`listen unix:${socket};`);
});
