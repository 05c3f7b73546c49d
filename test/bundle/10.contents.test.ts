import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { productionPackages } from '../../scripts/bundle/production.mjs';
import { elfFiles, unportable } from '../../scripts/bundle/symbols.mjs';
import { bundleName } from '../real/support/bundle.js';
import { projectPath } from '../support/docktape.js';
import { folder, type Unpacked, unpack } from './unpacked.js';

let unpacked: Unpacked;
beforeAll(() => {
  unpacked = unpack();
}, 1_800_000);

/** Paths of everything below a folder. */
function below(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
}

describe('the archive', () => {
  test('has one folder, in which nothing is a link, has another owner, or modes of a umask', () => {
    const listing = execFileSync('tar', ['-tvzf', unpacked.archive, '--numeric-owner'], { encoding: 'utf8' });
    for (const line of listing.trim().split('\n')) {
      expect(line).toMatch(/^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) 0\/0 /);
      expect(line.split(/:\d\d /)[1]?.split('/')[0]).toBe(bundleName);
    }
  });

  test('has what an installation consists of', () => {
    for (const path of [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES',
      'falco/docktape.yaml',
      'install.sh',
      'plugins/libdocker.so',
      'rules/docker_rules.yaml',
      'systemd/docktape-record.service',
    ])
      expect(existsSync(join(unpacked.bundle, path)), path).toBe(true);
    const { home } = unpacked;
    expect(readdirSync(home).sort()).toEqual(
      ['bin', 'build', 'dist', 'docktape', 'docktape-host', 'docs', 'node_modules', 'package.json'].sort(),
    );
    const programs = below(unpacked.bundle).filter((path) => lstatSync(path).isFile() && lstatSync(path).mode & 0o111);
    expect(programs.filter((path) => !elfFiles(unpacked.bundle).includes(path)).map((path) => basename(path))).toEqual(
      expect.arrayContaining(['install.sh', 'docktape', 'docktape-host']),
    );
  });

  test('has nothing that only compilers and people read', () => {
    const { home } = unpacked;
    const names = below(join(home, 'dist')).concat(below(join(home, 'node_modules')));
    expect(names.filter((path) => /\.(map|ts|cc?|h|gyp|gypi|o|a|md)$/.test(path) && !/licen[cs]e/i.test(path))).toEqual(
      [],
    );
    const packages = names.filter((path) => basename(path) === 'package.json').map((path) => relative(home, path));
    for (const development of ['typescript', 'vitest', '@types/node', 'node-addon-api', 'prebuild-install'])
      expect(packages).not.toContain(`node_modules/${development}/package.json`);
  });

  test('names no place of the machine that made it', () => {
    const place = projectPath('').replace(/\/$/, '');
    const files = below(unpacked.bundle).filter((path) => lstatSync(path).isFile());
    expect(files.filter((path) => readFileSync(path).includes(place))).toEqual([]);
  });

  test('has the licence of everything in it', () => {
    const notices = readFileSync(join(unpacked.bundle, 'THIRD-PARTY-NOTICES'), 'utf8');
    const packages = productionPackages();
    expect(packages.length).toBeGreaterThan(20);
    for (const place of packages) {
      const { name, version } = JSON.parse(readFileSync(projectPath(`${place}/package.json`), 'utf8'));
      expect(notices.includes(`\n${name} ${version}\n`), place).toBe(true);
      expect(existsSync(join(unpacked.home, place, 'package.json')), place).toBe(true);
    }
    for (const text of [
      'Node.js is licensed for use as follows',
      'The RE2 Authors',
      'Apache License',
      'Milo Yip',
      'public domain',
      'GCC Runtime Library Exception',
    ])
      expect(notices.includes(text), text).toBe(true);
  });

  test('has what `docktape config` prints for an installation', () => {
    const text = readFileSync(join(unpacked.bundle, 'falco/docktape.yaml'), 'utf8');
    expect(text).toContain('library_path: /usr/share/falco/plugins/libdocker.so');
  });
});

describe('its programs and libraries run on glibc 2.34', () => {
  test('every one of them', () => {
    const files = elfFiles(unpacked.bundle);
    expect(files.map((path) => basename(path)).sort()).toEqual(
      ['better_sqlite3.node', 'libdocker.so', 'match.node', 'node', 'plugin_host.node'].sort(),
    );
    expect(files.flatMap(unportable)).toEqual([]);
  });

  /** Compiles a library that is linked to a library of the given name, which has `newest` with a version. */
  function linkedTo(soname: string, version: string, symbol: string): string {
    const place = join(folder, `${soname}-${version}`);
    const input = `int ${symbol}(void) { return 1; }`;
    const cc = (source: string, ...args: string[]) => {
      const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-x', 'none', ...args], {
        input: source,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
    };
    const map = `${place}.map`;
    execFileSync('sh', ['-c', 'echo "$1 { global: *; };" > "$2"', 'sh', version, map]);
    cc(input, `-Wl,-soname,${soname}`, `-Wl,--version-script=${map}`, '-nostdlib', '-o', `${place}.so`);
    const user = `${place}-user.so`;
    cc(`int ${symbol}(void); int use(void) { return ${symbol}(); }`, '-nostdlib', '-o', user, `${place}.so`);
    return user;
  }

  test.each([
    ['libc.so.6', 'GLIBC_2.34', 'old', []],
    ['libc.so.6', 'GLIBC_2.35', 'newest', ['needs GLIBC_2.35 for newest']],
    ['libc.so.6', 'GLIBC_2.100', 'newest', ['needs GLIBC_2.100 for newest']],
    ['libc.so.6', 'GLIBC_PRIVATE', 'inner', ['needs GLIBC_PRIVATE for inner']],
    ['libgcc_s.so.1', 'GCC_3.0', 'unwind', []],
    ['libgcc_s.so.1', 'GCC_14.0.0', 'unwind', ['needs GCC_14.0.0 for unwind']],
    ['libre2.so.9', 'LIBRE2_9', 'match', ['is linked to libre2.so.9', 'needs LIBRE2_9 for match']],
  ])('a library that needs %s with %s is told from one that runs', (soname, version, symbol, problems) => {
    const path = linkedTo(soname, version, symbol);
    expect(unportable(path)).toEqual(problems.map((problem) => `${basename(path)} ${problem}`));
  });
});
