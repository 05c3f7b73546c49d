import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { entries, filesBelow } from './support/folder-listing.js';
import { makeBundle } from './support/made-up-bundle.js';

/**
 * The installer killed at each of its steps: before each rename, when what is to be renamed is there, and before each removal.
 * These programs are called through the PATH, where each call is counted and the one that is due kills the installer.
 * (busybox's shell has them built in.)
 */
const steps = ['mv', 'rm', 'rmdir'];
const counting = (path: string) => `#!/bin/sh
n=$(($(cat "$DOCKTAPE_TEST_COUNT") + 1))
echo $n >"$DOCKTAPE_TEST_COUNT"
if [ $n -eq "$DOCKTAPE_TEST_KILL" ]; then kill -KILL "$DOCKTAPE_TEST_SHELL" $PPID; exit 1; fi
exec ${path} "$@"
`;

let folder: string;
let prefix: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-interrupted-'));
  prefix = join(folder, 'prefix');
  mkdirSync(join(folder, 'programs'));
  for (const name of steps) {
    const path = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    writeFileSync(join(folder, 'programs', name), counting(path), { mode: 0o755 });
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync('sh', [script, ...args], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

/** Runs it until its step number `kill`, counted from 1; false when it ended before. */
function interrupt(script: string, args: readonly string[], kill: number): boolean {
  const count = join(folder, 'count');
  writeFileSync(count, '0');
  const env = {
    ...process.env,
    PATH: `${join(folder, 'programs')}:${process.env.PATH}`,
    DOCKTAPE_TEST_COUNT: count,
    DOCKTAPE_TEST_KILL: String(kill),
  };
  // The steps may run in a subshell, so the shell says its own pid.
  const { status, signal } = spawnSync('sh', ['-c', 'DOCKTAPE_TEST_SHELL=$$ exec sh "$@"', 'sh', script, ...args], {
    env,
  });
  if (status === 0) {
    expect(Number(readFileSync(count, 'utf8'))).toBeLessThan(kill);
    return false;
  }
  expect(signal).toBe('SIGKILL');
  return true;
}

describe('killed at any step', () => {
  test('an upgrade is finished by the next run', { timeout: 120_000 }, () => {
    const next = makeBundle(folder, '1.1.0', { 'falco/new.yaml': 'new' });
    run(join(next.folder, 'install.sh'), ['--prefix', prefix]);
    const clean = filesBelow(prefix);
    rmSync(prefix, { recursive: true });
    run(join(makeBundle(folder, '1.0.0').folder, 'install.sh'), ['--prefix', prefix]);
    const before = join(folder, 'before');
    cpSync(prefix, before, { recursive: true });

    let kill = 0;
    while (interrupt(join(next.folder, 'install.sh'), ['--prefix', prefix], ++kill)) {
      // At no time is there a library without its host.
      const library = readFileSync(join(prefix, 'share/falco/plugins/libdocker.so'), 'latin1');
      const version = library.endsWith('1.1.0') ? '1.1.0' : '1.0.0';
      expect(existsSync(join(prefix, `share/falco/plugins/docktape-${version}/docktape-host`))).toBe(true);
      run(join(next.folder, 'install.sh'), ['--prefix', prefix]);
      expect(filesBelow(prefix)).toEqual(clean);
      rmSync(prefix, { recursive: true });
      cpSync(before, prefix, { recursive: true });
    }
    expect(kill).toBeGreaterThan(10);
  });

  test('a first installation can be removed, or finished', { timeout: 120_000 }, () => {
    const { folder: bundle } = makeBundle(folder, '1.0.0');
    const manifest = join(prefix, 'share/docktape/manifest');
    let kill = 0;
    let removed = 0;
    while (interrupt(join(bundle, 'install.sh'), ['--prefix', prefix], ++kill)) {
      if (existsSync(manifest)) {
        run(join(bundle, 'install.sh'), ['--uninstall', '--prefix', prefix]);
        expect(existsSync(prefix)).toBe(false);
        removed++;
      } else {
        run(join(bundle, 'install.sh'), ['--prefix', prefix]);
        run(join(bundle, 'install.sh'), ['--uninstall', '--prefix', prefix]);
        expect(filesBelow(folder).filter((path) => path.startsWith('prefix/'))).toEqual([]);
        rmSync(prefix, { recursive: true, force: true });
      }
    }
    expect(removed).toBeGreaterThan(10);
  });

  test('an uninstallation is finished by the next run', { timeout: 120_000 }, () => {
    const { folder: bundle } = makeBundle(folder, '1.0.0');
    run(join(bundle, 'install.sh'), ['--prefix', prefix]);
    const before = join(folder, 'before');
    cpSync(prefix, before, { recursive: true });
    let kill = 0;
    while (interrupt(join(bundle, 'install.sh'), ['--uninstall', '--prefix', prefix], ++kill)) {
      if (existsSync(join(prefix, 'share/docktape/manifest'))) {
        run(join(bundle, 'install.sh'), ['--uninstall', '--prefix', prefix]);
        expect(existsSync(prefix)).toBe(false);
      } else {
        // The manifest goes last: only empty folders can be left then.
        expect(existsSync(prefix) ? filesBelow(prefix) : []).toEqual([]);
        rmSync(prefix, { recursive: true, force: true });
      }
      cpSync(before, prefix, { recursive: true });
    }
    expect(kill).toBeGreaterThan(5);
    expect(entries(folder)).not.toContain('prefix');
  });
});
