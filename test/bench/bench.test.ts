import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { docktapeVersion } from '#docktape/capture/version.js';
import { projectPath } from '../support/docktape.js';

const main = projectPath('build/bench/main.js');
const folder = mkdtempSync(join(tmpdir(), 'docktape-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bench = (...args: string[]) => benchWith('', ...args);

/** Runs the bench with a Falco. */
function benchWith(falco: string, ...args: string[]) {
  const env = { ...process.env, DOCKTAPE_FALCO: falco };
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env });
}

/** The project as far as the bench needs it, in a place of its own: without a bundle. */
function otherProject(name: string): string {
  const project = join(folder, name);
  mkdirSync(join(project, 'build'), { recursive: true });
  cpSync(projectPath('build/bench'), join(project, 'build/bench'), { recursive: true });
  for (const part of ['package.json', 'node_modules', 'dist', 'native', 'bench']) {
    symlinkSync(projectPath(part), join(project, part));
  }
  return project;
}

const bundleRows = ['bundle-open', 'bundle-archive', 'bundle-unpacked'];

/** Measures the rows of the bundle. @returns what is printed and what is written as JSON */
function benchBundle(project: string) {
  const file = join(project, 'bench.json');
  const args = [...bundleRows.flatMap((row) => ['--only', row]), '--events', '10000', '--json', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, 'build/bench/main.js'), ...args], {
    encoding: 'utf8',
  });
  expect(stderr).not.toContain('Error');
  expect(status).toBe(0);
  return { stdout, rows: JSON.parse(readFileSync(file, 'utf8')).rows };
}

/** A program that takes what Falco takes, waits, and says that no rule matched; less long for a part of a capture. */
function fakeFalco(milliseconds: number): string {
  const path = join(folder, 'falco');
  const program = `#!${process.execPath}
const { existsSync, readFileSync } = require('node:fs');
if (process.argv[2] === '--version') return console.log('Falco version: 9.8.7 (x86_64)');
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const { plugins: [plugin], load_plugins } = JSON.parse(readFileSync(option('-c'), 'utf8'));
const [, capture, query] = /^(?:capture|memory):([^?]*)(\\?.*)?$/.exec(plugin.open_params);
const good = [capture, plugin.library_path, option('-r')].every(existsSync) && load_plugins[0] === plugin.name;
setTimeout(() => console.log('Events detected: ' + (good ? 0 : 1)), query === undefined ? ${milliseconds} : 0);
`;
  writeFileSync(path, program, { mode: 0o755 });
  return path;
}

describe('npm run bench', () => {
  it('measures a row and writes it as JSON, with the target and whether it was met', () => {
    const file = join(folder, 'bench.json');
    const { status, stdout } = bench('--only', 'extractor-first', '--json', file);
    expect(status).toBe(0);
    const [heading, row] = stdout.split('\n');
    expect(heading).toMatch(/^row +what +measured +peak memory +target/);
    expect(row).toMatch(/^extractor-first .* \d+ ns +≤ 1000 ns +(met|MISSED)$/);
    const { machine, rows } = JSON.parse(readFileSync(file, 'utf8'));
    expect(machine.node).toBe(process.version);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'extractor-first', unit: 'ns', target: { atMost: 1000 } });
    expect(rows[0].value).toBeGreaterThan(10);
    expect(rows[0].met).toBe(rows[0].value <= 1000);
  });

  it('measures the engine in a process of its own, with its memory', () => {
    const { status, stdout } = bench('--only', 'engine-20', '--only', 'engine-200', '--events', '10000');
    expect(status).toBe(0);
    const [, twenty, twoHundred, reference] = stdout.split('\n');
    expect(twenty).toMatch(/^engine-20 .* \d+ k events\/s +\d+ MB +≥ 400 k events\/s/);
    expect(twoHundred).toMatch(/^engine-200 .* events\/s +\d+ MB$/);
    expect(reference).toMatch(/^engine-20: for reference: real Falco 0.44.1 did 190 k events\/s/);
  });

  it('measures a Falco in turns with the engine', () => {
    const file = join(folder, 'falco.json');
    const only = ['engine-1', 'falco-1', 'ratio-1'].flatMap((name) => ['--only', name]);
    const { status, stdout, stderr } = benchWith(fakeFalco(2000), ...only, '--events', '10000', '--json', file);
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^falco-1 +Falco 9\.8\.7, 1 rule of three terms +\d k events\/s +\d+ MB$/m);
    expect(stdout).toMatch(/^falco-1: from Falco's start to its end, less/m);
    const [engine, falco, ratio] = JSON.parse(readFileSync(file, 'utf8')).rows;
    expect(falco.memory).toBeGreaterThan(10);
    expect(ratio.value).toBeGreaterThan((engine.value / falco.value) * 0.5);
    expect(ratio.value).toBeLessThan((engine.value / falco.value) * 2);
  });

  it('compares a replay through Falco with events from memory', () => {
    const file = join(folder, 'from-memory.json');
    const only = ['falco-memory', 'falco-replay'].flatMap((name) => ['--only', name]);
    const { status, stdout, stderr } = benchWith(fakeFalco(1000), ...only, '--events', '10000', '--json', file);
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^falco-replay +replay through Falco, .* \d\.\d\d times +≥ 0\.90 times/m);
    const [memory, ratio] = JSON.parse(readFileSync(file, 'utf8')).rows;
    expect(memory.value).toBeGreaterThan(5000); // 10,000 in a second
    expect(memory.value).toBeLessThan(20_000);
    expect(ratio.value).toBeGreaterThan(0.5);
    expect(ratio.value).toBeLessThan(2);
  });

  it('measures the source host: its memory and the start of a live one', () => {
    const { status, stdout } = bench('--only', 'host-memory', '--only', 'live-open', '--events', '100000');
    expect(status).toBe(0);
    expect(Number(/^host-memory .* (\d+\.\d) MB +≤ 90\.0 MB/m.exec(stdout)?.[1])).toBeGreaterThan(30);
    expect(stdout).toMatch(/^live-open .* \d+ ms$/m);
  });

  it('says how to make the bundle where there is none', () => {
    const { stdout, rows } = benchBundle(otherProject('without-bundle'));
    const path = `build/bundle/docktape-${docktapeVersion}-linux-${arch()}.tar.gz`;
    expect(stdout).toMatch(/^bundle-open .* not measured +≤ 150 ms$/m);
    for (const row of bundleRows) {
      expect(stdout).toContain(`${row}: there is no ${path}: make it with \`npm run bundle\``);
    }
    expect(rows[0]).toEqual(expect.objectContaining({ value: null, reason: expect.stringContaining(path) }));
    expect(rows[0]).not.toHaveProperty('met');
  });

  it('measures the bundle: its size, and its start with the host that is in it', () => {
    const project = otherProject('with-bundle');
    const name = `docktape-${docktapeVersion}-linux-${arch()}`;
    const bundle = join(project, 'build/bundle');
    const home = join(bundle, name, 'plugins', `docktape-${docktapeVersion}`);
    const started = join(project, 'started');
    mkdirSync(home, { recursive: true });
    cpSync(projectPath('build/Release/libdocker.so'), join(bundle, name, 'plugins/libdocker.so'));
    const host = projectPath('build/Release/docktape-host');
    writeFileSync(join(home, 'docktape-host'), `#!/bin/sh\n: >'${started}'\nexec '${host}'\n`, { mode: 0o755 });
    writeFileSync(join(home, 'ballast'), Buffer.alloc(3_000_000));
    const archive = join(bundle, `${name}.tar.gz`);
    expect(spawnSync('tar', ['-czf', archive, '-C', bundle, name]).status).toBe(0);

    const [open, packed, unpacked] = benchBundle(project).rows;
    expect(open.value).toBeGreaterThan(10);
    expect(existsSync(started)).toBe(true);
    const library = statSync(projectPath('build/Release/libdocker.so')).size;
    const launcher = statSync(join(home, 'docktape-host')).size;
    expect(unpacked.value).toBeCloseTo((3_000_000 + library + launcher) / 1e6, 6);
    expect(packed.value).toBeCloseTo(statSync(archive).size / 1e6, 6);
  });

  it.each([
    ['/nowhere/falco', 'ENOENT'],
    ['/bin/true', 'it says no version of Falco'],
  ])('refuses DOCKTAPE_FALCO=%s in one line', (path, reason) => {
    const { status, stderr } = benchWith(path, '--only', 'engine-1');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^bench: DOCKTAPE_FALCO=.*: set it to the path of a falco program\n$/);
    expect(stderr).toContain(reason);
  });

  it('has no rows for a Falco that is not there', () => {
    expect(bench('--only', 'falco-20').stderr).toContain("no row is named 'falco-20'");
  });

  it.each([
    [['--only', 'speed'], "no row is named 'speed'"],
    [['--events', 'many'], "not 'many'"],
    [['--events', '9999'], "not '9999'"],
    [['--fast'], '--fast'],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('explains itself', () => {
    const { status, stdout } = bench('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('replay-abi, replay-open');
  });
});
