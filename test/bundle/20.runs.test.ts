import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { version } from '../real/support/bundle.js';
import { projectPath } from '../support/docktape.js';
import { folder, type Unpacked, unpack } from './unpacked.js';

let unpacked: Unpacked;
beforeAll(() => {
  unpacked = unpack();
}, 1_800_000);

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with neutral surroundings: nothing of npm's or of Node's in its environment. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = folder): Run {
  const all = { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', FALCO_HOSTNAME: 'host', ...env };
  return spawnSync(program, args, { encoding: 'utf8', env: all, cwd, maxBuffer: 2 ** 28 });
}

const capture = projectPath('captures/exec.db');
const rules = projectPath('rules');

test('the command runs from wherever it is called, and by the Node beside it', () => {
  const command = join(unpacked.home, 'docktape');
  const said = { status: 0, stdout: `${version}\n`, stderr: '' };
  expect(run(command, ['--version'])).toMatchObject(said);
  expect(run(`./${relative(folder, command)}`, ['--version'])).toMatchObject(said);
  expect(run('sh', ['docktape', '--version'], {}, unpacked.home)).toMatchObject(said);
  expect(run('docktape', ['--version'], { PATH: `${unpacked.home}:${process.env.PATH}` })).toMatchObject(said);
  expect(run(command, ['--version'], { PATH: '/bin', NODE_OPTIONS: '--no-such-option' })).toMatchObject(said);
});

test('it replays a capture as the built command does, to the byte', () => {
  const args = ['replay', capture, '-r', rules, '--json'];
  const built = run(process.execPath, [projectPath('dist/cli.js'), ...args]);
  const bundled = run(join(unpacked.home, 'docktape'), args, { NODE_OPTIONS: '--no-such-option' });
  expect(built).toMatchObject({ status: 0 });
  expect(built.stdout).toContain('"rule":"Shell executed in container"');
  expect(bundled.stdout).toBe(built.stdout);
});

test('DOCKTAPE_PLUGIN names another library', () => {
  const library = join(folder, 'other', 'libdocker.so');
  expect(run(join(unpacked.home, 'docktape'), ['fields'], { DOCKTAPE_PLUGIN: library })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`DOCKTAPE_PLUGIN names ${library}, which does not exist`),
  });
  mkdirSync(join(folder, 'other'));
  cpSync(join(unpacked.bundle, 'plugins/libdocker.so'), library);
  const replay = run(join(unpacked.home, 'docktape'), ['replay', capture, '-r', rules], { DOCKTAPE_PLUGIN: library });
  expect(replay).toMatchObject({ status: 2, stderr: expect.stringContaining('no source host here') });
});

test('every module finds what it loads', () => {
  // Those run a program when they are loaded.
  const programs = ['cli.js', 'main.js', 'worker.js', 'writer-thread.js', 'integrity-process.js'];
  const modules = readdirSync(join(unpacked.home, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js') && !programs.includes(basename(path)))
    .map((path) => `./dist/${path}`);
  expect(modules.length).toBeGreaterThan(100);
  const program = `Promise.all(${JSON.stringify(modules)}.map((path) => import(path))).then(() => console.log('all'))`;
  const args = ['--input-type=module', '--eval', program];
  expect(run(join(unpacked.home, 'bin/node'), args, {}, unpacked.home)).toMatchObject({ status: 0, stdout: 'all\n' });
});

test('matching, the rules language, captures, replay and live pass their tests in it', () => {
  // The tests as they are, where `dist` is the bundle's, run by the bundle's Node.
  const place = join(folder, 'tests');
  mkdirSync(place);
  for (const name of ['README.md', 'captures', 'docs', 'package.json', 'rules', 'test', 'vitest.config.ts'])
    cpSync(projectPath(name), join(place, name), { recursive: true });
  symlinkSync(projectPath('node_modules'), join(place, 'node_modules'));
  symlinkSync(join(unpacked.home, 'dist'), join(place, 'dist'));
  const tests = ['match', 'capture', 'rules/60.conformance', 'commands/replay', 'commands/live'];
  const args = [join(place, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', '--maxWorkers=2'];
  const paths = tests.map((name) => `test/${name}`);
  const { stdout, stderr } = run(join(unpacked.home, 'bin/node'), [...args, ...paths], { CI: 'true' }, place);
  const report = JSON.parse(stdout.slice(stdout.indexOf('{"num'))) as Report;
  const failed = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName),
  );
  expect({ failed, files: report.numFailedTestSuites }, stderr).toEqual({ failed: [], files: 0 });
  expect(report.numPassedTests).toBeGreaterThan(250);
}, 600_000);

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly { assertionResults: readonly { status: string; fullName: string }[] }[];
}
