import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { unpackAsFalcoctl } from './support/artifact.js';
import { identity, read, readYaml, version } from './support/project.js';

const folder = mkdtempSync(join(tmpdir(), 'docktape-falcoctl-test-'));
const output = join(folder, 'output');
const home = `docktape-${version}`;
const plugin = identity('kVersion');
/** A name that does not fit the 100 bytes that tar has for one. */
const deep = `${home}/node_modules/${'a-package-with-a-long-name/'.repeat(4)}index.js`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the artifacts of two bundles', () => {
  beforeAll(() => {
    const { status, stderr } = make(bundle('x64'), bundle('arm64'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test.each(['amd64', 'arm64'])('the plugin for %s is the library with the folder of its version beside it', (arch) => {
    const entries = unpackAsFalcoctl(readFileSync(join(output, `plugin/docker/docker-${plugin}-linux-${arch}.tar.gz`)));
    const names = entries.map(({ name }) => name);
    expect(names[0]).toBe('libdocker.so');
    expect(names.filter((name) => !name.includes('/'))).toEqual(['libdocker.so', home]);
    expect(names).toEqual(expect.arrayContaining([`${home}/LICENSE`, `${home}/THIRD-PARTY-NOTICES`, deep]));
    const host = entries.find(({ name }) => name === `${home}/docktape-host`);
    expect(host?.mode).toBe(0o755);
    // The second of two names of one file is a file of its own, and not a link.
    expect(entries.find(({ name }) => name === `${home}/bin/same`)?.size).toBe(5);
  });

  test('the rules are the shipped file', () => {
    const file = `ruleset/docker/docker-rules-${version}.tar.gz`;
    const [entry, ...others] = unpackAsFalcoctl(readFileSync(join(output, file)));
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      name: 'docker_rules.yaml',
      size: Buffer.byteLength(read('rules/docker_rules.yaml')),
    });
  });

  test("the plugin's config layer has the plugin's identity", () => {
    expect(config('plugin/docker')).toEqual({
      name: identity('kName'),
      version: plugin,
      requirements: [{ name: 'plugin_api_version', version: identity('kRequiredApiVersion') }],
    });
  });

  test("the rules' config layer has what the rules file requires", () => {
    const header = Object.assign({}, ...(readYaml('rules/docker_rules.yaml') as object[])) as Record<string, unknown>;
    expect(config('ruleset/docker')).toEqual({
      name: 'docker-rules',
      version,
      dependencies: header.required_plugin_versions,
      requirements: [{ name: 'engine_version_semver', version: header.required_engine_version }],
    });
  });

  test('falcoctl takes the names and versions, and the plugin satisfies the rules', () => {
    // pkg/artifact and cmd/artifact/install/deps.go: same major, not older.
    const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
    for (const { name, version: own } of [config('plugin/docker'), config('ruleset/docker')]) {
      expect(name).toMatch(/^[a-z]+[a-z0-9-_]*$/);
      expect(own).toMatch(semver);
    }
    const [dependency, ...others] = config('ruleset/docker').dependencies ?? [];
    expect(others).toEqual([]);
    expect(dependency?.name).toBe('docker');
    const numbers = (text = '') => text.split('.').map(Number);
    const [[major, ...wanted], [ownMajor, ...own]] = [numbers(dependency?.version), numbers(plugin)];
    expect(ownMajor).toBe(major);
    expect((own[0] ?? 0) * 1e6 + (own[1] ?? 0)).toBeGreaterThanOrEqual((wanted[0] ?? 0) * 1e6 + (wanted[1] ?? 0));
    for (const requirement of config('ruleset/docker').requirements) expect(requirement.version).toMatch(semver);
  });

  test('push.sh gives falcoctl what the config layers say', () => {
    const calls = pushed('registry.test/project', '--plain-http');
    const both = ['registry', 'push', '--plain-http', '--add-floating-tags', '--tag', 'latest'];
    expect(calls).toEqual([
      [
        ...[...both, '--type', 'plugin', '--name', 'docker', '--version', plugin],
        ...['--requires', 'plugin_api_version:3.5.0', 'registry.test/project/plugin/docker'],
        ...[`plugin/docker/docker-${plugin}-linux-amd64.tar.gz`, '--platform', 'linux/amd64'],
        ...[`plugin/docker/docker-${plugin}-linux-arm64.tar.gz`, '--platform', 'linux/arm64'],
      ],
      [
        ...[...both, '--type', 'rulesfile', '--name', 'docker-rules', '--version', version],
        ...['--requires', 'engine_version_semver:0.43.0', '--depends-on', `docker:${plugin}`],
        ...['registry.test/project/ruleset/docker', `ruleset/docker/docker-rules-${version}.tar.gz`],
      ],
    ]);
  });

  test('the same bundles give the same bytes', () => {
    const file = join(output, `plugin/docker/docker-${plugin}-linux-amd64.tar.gz`);
    const before = readFileSync(file);
    expect(make(name('x64')).status).toBe(0); // relative to the working directory
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

test('a link in a bundle is refused, as falcoctl would', () => {
  const archive = bundle('x64', (root) => symlinkSync('docktape-host', join(root, 'plugins', home, 'link')));
  const { status, stderr } = make(archive);
  expect(status).toBe(2);
  expect(stderr).toMatch(/plugins\/docktape-[\d.]+\/link is neither a file nor a folder: falcoctl would refuse it\n$/);
});

test('the unpacking of these tests refuses what falcoctl refuses', () => {
  const root = mkdtempSync(join(folder, 'refused-'));
  writeFileSync(join(root, 'file'), '');
  linkSync(join(root, 'file'), join(root, 'hard'));
  symlinkSync('file', join(root, 'soft'));
  mkdirSync(join(root, 'in'));
  writeFileSync(join(root, 'in/side'), '');
  const packed = (...names: string[]) => spawnSync('tar', ['-C', root, '-cz', ...names]).stdout;
  expect(() => unpackAsFalcoctl(packed('file', 'hard'))).toThrow('type 1');
  expect(() => unpackAsFalcoctl(packed('soft'))).toThrow('type 2');
  expect(() => unpackAsFalcoctl(packed('in/side'))).toThrow('no such file or directory');
  expect(() => unpackAsFalcoctl(packed('--transform=s/file/a..b/', 'file'))).toThrow('relative path');
  expect(unpackAsFalcoctl(packed('in')).map(({ name }) => name)).toEqual(['in', 'in/side']);
});

test.each([
  [['docktape.tar.gz'], 'docktape.tar.gz is not named docktape-VERSION-linux-ARCH.tar.gz'],
  [['docktape-9.9.9-linux-x64.tar.gz'], `is not of version ${version}, which this is: run \`npm run bundle\``],
  [[`nowhere/docktape-${version}-linux-x64.tar.gz`], 'does not exist: run `npm run bundle`'],
  [['--outputs', 'x'], "Unknown option '--outputs'"],
])('%j is an error that says what to do', (args, message) => {
  const { status, stderr } = make(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test('nothing of the version is written by hand where it would go stale', () => {
  const readme = read('packaging/falcoctl/README.md');
  expect(readme).toContain(`docker-${plugin}-linux-amd64.tar.gz`);
  expect(readme).toContain(`docker-rules-${version}.tar.gz`);
  expect(readme).toContain(`plugin/docker:${plugin}`);
  expect(readme).toContain(`ruleset/docker:${version}`);
});

interface ArtifactConfig {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: readonly { name: string; version: string }[];
  readonly requirements: readonly { name: string; version: string }[];
}

function config(path: string): ArtifactConfig {
  return JSON.parse(readFileSync(join(output, path, 'config.json'), 'utf8')) as ArtifactConfig;
}

function name(arch: string): string {
  return `docktape-${version}-linux-${arch}.tar.gz`;
}

/** An archive in the layout of the bundle, with a few small files in it. */
function bundle(arch: string, change: (root: string) => void = () => {}): string {
  const parent = mkdtempSync(join(folder, 'bundle-'));
  const root = join(parent, `docktape-${version}-linux-${arch}`);
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  for (const file of ['LICENSE', 'THIRD-PARTY-NOTICES', 'install.sh', `plugins/${deep}`]) write(file, file);
  write('plugins/libdocker.so', arch, 0o755);
  write(`plugins/${home}/docktape-host`, '#!/bin/sh\n', 0o755);
  write(`plugins/${home}/bin/node`, 'node\n', 0o755);
  linkSync(join(root, `plugins/${home}/bin/node`), join(root, `plugins/${home}/bin/same`));
  change(root);
  const archive = join(folder, name(arch));
  const { status, stderr } = spawnSync('tar', ['-C', parent, '-czf', archive, `docktape-${version}-linux-${arch}`]);
  if (status !== 0) throw new Error(String(stderr));
  return archive;
}

function make(...args: string[]): { status: number | null; stderr: string } {
  const script = projectPath('scripts/falcoctl-artifacts.mjs');
  return spawnSync(process.execPath, [script, '--output', output, ...args], { encoding: 'utf8', cwd: folder });
}

/** Runs push.sh with a stand-in that writes its arguments down, one a line and an empty line after each call. */
function pushed(...args: string[]): string[][] {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const log = join(bin, 'log');
  writeFileSync(join(bin, 'falcoctl'), `#!/bin/sh\nprintf '%s\\n' "$@" '' >>'${log}'\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const { status, stderr } = spawnSync('sh', [join(output, 'push.sh'), ...args], {
    env,
    encoding: 'utf8',
    cwd: folder,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  if (!existsSync(log)) throw new Error('push.sh called no falcoctl');
  const calls = readFileSync(log, 'utf8').trimEnd().split('\n\n');
  return calls.map((call) => call.split('\n'));
}
