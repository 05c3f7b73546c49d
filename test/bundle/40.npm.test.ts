import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleArchive, version } from '../real/support/bundle.js';
import { docktape, projectPath } from '../support/docktape.js';
import { folder } from './unpacked.js';

/**
 * The package as npm puts it together, unpacked and with its dependencies as an installation has them: they are the
 * checkout's own, so that this needs no registry, and better-sqlite3, whose own install script compiles for minutes, is the
 * one that is compiled for this Node. npm runs our install script; nothing else of an installation is docktape's.
 */
const prefix = join(folder, 'prefix');
const home = join(prefix, 'lib/node_modules/docktape');
const command = join(prefix, 'bin/docktape');

let names: string[];
beforeAll(() => {
  bundleArchive();
  const args = ['pack', '--silent', '--pack-destination', folder];
  execFileSync('npm', args, { cwd: projectPath(''), stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = join(folder, `docktape-${version}.tgz`);
  names = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).trim().split('\n');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '-C', home, '--strip-components=1']);
  symlinkSync(projectPath('node_modules'), join(home, 'node_modules'));
  mkdirSync(join(prefix, 'bin'));
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { bin: { docktape: string } };
  execFileSync('chmod', ['+x', join(home, bin.docktape)]);
  symlinkSync(`../lib/node_modules/docktape/${bin.docktape}`, command);
}, 1_800_000);

/** Runs the install script as npm does. */
function install(env: NodeJS.ProcessEnv = {}) {
  rmSync(join(home, 'build/Release'), { recursive: true, force: true });
  return spawnSync('npm', ['run', '--silent', 'install'], {
    cwd: home,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

/** Runs the command that is on the path of who installed. */
function installed(...args: string[]) {
  const env = { ...process.env, TZ: 'UTC', FALCO_HOSTNAME: 'host' };
  return spawnSync(command, args, { encoding: 'utf8', env, cwd: folder });
}

const replay = ['replay', projectPath('captures/exec.db'), '-r', projectPath('rules'), '--json'];

test('the package has what runs and what can be compiled, and no more', () => {
  const folders = new Set(names.map((name) => name.split('/').slice(1, -1)[0] ?? ''));
  expect([...folders].sort()).toEqual(['', 'build', 'dist', 'docs', 'native', 'rules', 'scripts']);
  expect(names.filter((name) => /\.(ts|js\.map|db)$/.test(name))).toEqual([]);
  for (const name of ['dist/cli.js', 'dist/source/main.js', 'binding.gyp', 'scripts/install.mjs', 'LICENSE'])
    expect(names).toContain(`package/${name}`);
  for (const name of ['libdocker.so', 'match.node', 'plugin_host.node'])
    expect(names).toContain(`package/build/prebuilt/linux-${process.arch}/${name}`);
});

test('without the install script, docktape says what it lacks', () => {
  rmSync(join(home, 'build/Release'), { recursive: true, force: true });
  const { status, stderr } = installed('fields');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^docktape: docktape's own \w+\.node cannot be loaded: .*npm rebuild -g docktape/);
});

describe('with what the bundle compiled', () => {
  test('nothing is compiled, and the host runs on this Node', () => {
    // No compiler is on this path.
    const path = join(folder, 'only-node');
    mkdirSync(path);
    for (const name of ['sh', 'env']) symlinkSync(execFileSync('which', [name]).toString().trim(), join(path, name));
    symlinkSync(process.execPath, join(path, 'node'));
    rmSync(join(home, 'build/Release'), { recursive: true, force: true });
    const { status, stderr } = spawnSync(process.execPath, [join(home, 'scripts/install.mjs')], {
      encoding: 'utf8',
      env: { PATH: path },
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(join(home, 'build/Release')).sort()).toEqual(
      ['docktape-host', 'libdocker.so', 'match.node', 'plugin_host.node'].sort(),
    );
    expect(readFileSync(join(home, 'build/Release/docktape-host'), 'utf8')).toContain(`exec '${process.execPath}'`);
  });

  test('docktape is on the path, and replays as the checkout does', async () => {
    expect(installed('--version').stdout).toBe(`${version}\n`);
    const { status, stdout, stderr } = installed(...replay);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toBe((await docktape(replay)).stdout);
    expect(stdout).toContain('"rule":"Shell executed in container"');
  });

  test('it runs suites', () => {
    const { status, stdout, stderr } = installed('test', projectPath('captures/docker_rules.suite.yaml'));
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('passed');
  });
});

describe('where nothing compiled is shipped that runs', () => {
  test('what is needed to compile is named when it is missing', () => {
    const shipped = join(home, 'build/prebuilt', `linux-${process.arch}`, 'match.node');
    const content = readFileSync(shipped);
    writeFileSync(shipped, 'for another system');
    const path = join(folder, 'no-compiler');
    mkdirSync(path);
    symlinkSync(execFileSync('which', ['sh']).toString().trim(), join(path, 'sh'));
    const { status, stderr } = spawnSync(process.execPath, [join(home, 'scripts/install.mjs')], {
      encoding: 'utf8',
      env: { PATH: path },
    });
    writeFileSync(shipped, content);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^docktape: .*C\+\+17 compiler.*make.*python3.*RapidJSON.*RE2 is missing: run `apt-get install/,
    );
  });

  test('it is compiled', () => {
    rmSync(join(home, 'build/prebuilt'), { recursive: true });
    const { status, stdout, stderr } = install();
    expect(status, `${stdout}${stderr}`).toBe(0);
    const { stdout: alerts, stderr: said } = installed(...replay);
    expect(alerts, said).toContain('"rule":"Shell executed in container"');
  }, 600_000);
});

test('in a checkout the install script does nothing', () => {
  const place = join(folder, 'checkout');
  for (const name of ['scripts', 'src/cli.ts']) cpSync(projectPath(name), join(place, name), { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(place, 'scripts/install.mjs')], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(existsSync(join(place, 'build'))).toBe(false);
});
