import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { docktape, type Ended, projectPath } from '../support/docktape.js';

const rules = projectPath('rules');
const exec = projectPath('captures/exec.db');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-engine-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** docktape where no Falco is on the PATH, and none is named. */
function withoutFalco(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return docktape(args, { PATH: folder, DOCKTAPE_FALCO: '', CI: '', XDG_CACHE_HOME: folder, ...env });
}

/** A program that answers `--version` as a Falco of this version does: it is no Falco, and evaluates nothing. */
function standIn(version: string): string {
  const path = join(folder, 'falco');
  writeFileSync(path, `#!/bin/sh\necho '{"falco_version":"${version}","plugin_api_version":"3.12.0"}'\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('01 the embedded engine', () => {
  test('is the default, also by its name', async () => {
    const [byDefault, named] = await Promise.all([
      withoutFalco(['replay', exec, '-r', rules, '-q']),
      withoutFalco(['replay', exec, '-r', rules, '-q', '--engine', 'embedded']),
    ]);
    expect(named).toEqual(byDefault);
    expect(named).toMatchObject({ code: 0, stderr: '' });
  });

  test('does not look for the Falco that DOCKTAPE_FALCO names', async () => {
    const { code, stderr } = await withoutFalco(['replay', exec, '-r', rules, '-q'], { DOCKTAPE_FALCO: '/nowhere' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('02 wrong use is exit code 2 and one message', () => {
  const suite = projectPath('captures/docker_rules.suite.yaml');
  const replay = (...more: readonly string[]) => ['replay', exec, '-r', rules, ...more];

  test.each([
    [replay('--engine', 'flaco'), "no engine 'flaco' among embedded, falco, falco=PATH; did you mean falco?"],
    [['live', '-r', rules, '--engine', 'sysdig'], "no engine 'sysdig' among embedded, falco, falco=PATH"],
    [['test', suite, '--engine', 'all'], 'among embedded, falco, falco=PATH, both, both=PATH'],
    [replay('--engine', 'both'), 'docktape test compares the two engines'],
    [replay('--engine', 'falco='), 'Write falco=PATH, or falco alone'],
    [replay('--engine', 'embedded=/opt'), 'has no PATH'],
    [replay('--falco-timeout', '10m'), '--falco-timeout goes with --engine falco'],
    [replay('--engine', 'falco', '--falco-timeout', 'soon'), 'A length of time such as 90s'],
    [['test', suite, '--falco-timeout', '1m'], '--falco-timeout goes with --engine falco'],
    [['test', '--against', 'HEAD', '--engine', 'falco'], '--engine does not go with --against'],
    [['test', '--init', exec, '-r', rules, '--engine', 'both'], '--engine does not go with --init'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await withoutFalco(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test.each(['replay', 'test', 'live'])('%s says how to give a Falco where there is none', async (command) => {
    const args = { replay: replay(), test: ['test', suite], live: ['live', '-r', rules] }[command] ?? [];
    const { code, stdout, stderr } = await withoutFalco([...args, '--engine', 'falco']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("there is no 'falco' on PATH");
  });

  test('names the Falco that is not there, by whoever named it', async () => {
    const named = await withoutFalco(replay('--engine', 'falco=/nowhere/falco'));
    expect(named.stderr).toMatch(/^docktape: \/nowhere\/falco does not exist: /);
    const fromEnv = await withoutFalco(replay('--engine', 'falco'), { DOCKTAPE_FALCO: '/elsewhere/falco' });
    expect(fromEnv.stderr).toMatch(/^docktape: DOCKTAPE_FALCO: \/elsewhere\/falco does not exist: /);
  });

  test('names the version of a Falco that is too old', async () => {
    const { code, stderr } = await withoutFalco(['test', suite, '--engine', `both=${standIn('0.38.2')}`], {
      PATH: process.env.PATH ?? '',
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/falco is Falco 0\.38\.2: docktape needs 0\.39 or newer/);
  });
});

test('03 the help of each command has the engines that it knows', async () => {
  const [replay, live, suites] = await Promise.all(
    ['replay', 'live', 'test'].map(async (command) => (await docktape([command, '--help'])).stdout),
  );
  for (const help of [replay, live, suites]) {
    expect(help).toContain('--engine <engine>');
    expect(help).toContain('--falco-timeout <duration>');
  }
  expect(suites).toContain('both=PATH');
  expect(replay).not.toContain('both');
});
