import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Docktape, docktape, projectPath } from '../support/docktape.js';

const capture = projectPath('captures/exec.db');
let folder: string;
/** No pipeline, and a cache of its own. */
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-test-command-'));
  env = { CI: '', GITHUB_ACTIONS: '', XDG_CACHE_HOME: join(folder, 'cache'), NO_COLOR: '1' };
  mkdirSync(join(folder, 'rules'));
  cpSync(projectPath('rules/docker_rules.yaml'), join(folder, 'rules/docker_rules.yaml'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file of the folder, and gives its path. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function suite(cases: string): string {
  return write('some.suite.yaml', `rules: rules\ncases:\n${cases}`);
}

/** Replaces a part of the rules. */
function editRules(from: string, to: string): void {
  const path = join(folder, 'rules/docker_rules.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

const silent = `  - { name: quiet, capture: ${capture}, forbid: [Container out of memory] }\n`;
const shell = `  - { name: shells, capture: ${capture}, allow_other: true, expect: [{ rule: Shell executed in container, count: 2 }] }\n`;

describe('01 a run', () => {
  test('of the shipped suite passes, and every shipped rule has a positive and a negative case', async () => {
    const args = [
      'test',
      projectPath('captures'),
      '--min-coverage',
      '100',
      '--reporter',
      `json=${join(folder, 'r.json')}`,
    ];
    const { code, stderr } = await docktape([...args, '--reporter', 'pretty'], { ...env, CI: 'true' });
    // How far it is, is told when a run takes its time.
    expect({ code, stderr: stderr.replace(/^\d+ of \d+ cases …\n/gm, '') }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8'));
    expect(report.totals.passed).toBeGreaterThanOrEqual(12);
    expect(report.coverage.percent).toBe(100);
    expect(report.coverage.rules.length).toBeGreaterThanOrEqual(12);
    expect(report.suites.flatMap((one: { findings: unknown[] }) => one.findings)).toEqual([]);
  });

  test('says for a rule that was broken what was expected, and why it does not fire', async () => {
    const path = suite(silent + shell);
    expect((await docktape(['test', path], env)).code).toBe(0);
    editRules('docker.action.verb = exec_start', 'docker.action.verb = exec_begin');
    const { code, stdout } = await docktape(['test', path], env);
    expect(code).toBe(1);
    expect(stdout).toContain('✓ quiet');
    expect(stdout).toContain('✗ shells');
    expect(stdout).toContain('2 alerts of "Shell executed in container"');
    expect(stdout).toMatch(
      /✗ docker\.action\.verb = exec_begin {2}\[docker\.action\.verb = "exec_(create|start)"\] {2}<- /,
    );
    expect(stdout).toContain('1 passed, 1 failed');
  });

  test('fails by --min-coverage, and names what lacks', async () => {
    const { code, stderr } = await docktape(['test', suite(shell), '--min-coverage', '90'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('below --min-coverage 90');
  });

  test('that tests nothing is no success', async () => {
    const path = suite(`${silent}    # only\n`);
    expect(await docktape(['test', path, '--filter', 'nosuch'], env)).toMatchObject({
      code: 2,
      stderr: 'docktape: --filter nosuch selects none of the 1 case: nothing was tested\n',
    });
    const skipped = suite(`  - { name: later, skip: not yet, capture: ${capture}, expect: none }\n`);
    expect(await docktape(['test', skipped], env)).toMatchObject({
      code: 1,
      stderr: 'docktape: nothing was tested: every selected case is skipped\n',
    });
  });

  test('with rules that do not load ends with 2 and annotates the line', async () => {
    editRules('docker.exitcode > 0', 'docker.exitkode > 0');
    const { code, stdout } = await docktape(['test', suite(shell)], { ...env, GITHUB_ACTIONS: 'true' });
    expect(code).toBe(2);
    expect(stdout).toContain('unknown field docker.exitkode; did you mean docker.exitcode?');
    expect(stdout).toMatch(/^::error file=.*docker_rules\.yaml,line=\d+,col=\d+,title=/m);
  });

  test('runs the cases that failed last time again', async () => {
    const path = suite(`${silent}  - { name: wrong, capture: ${capture}, expect: none }\n`);
    await docktape(['test', path], env);
    const again = await docktape(['test', path, '--rerun-failed'], env);
    expect(again.stdout).toContain('✗ wrong');
    expect(again.stdout).not.toContain('quiet');
  });

  test('runs all cases again when those that failed are gone', async () => {
    const wrong = (name: string) => `  - { name: ${name}, capture: ${capture}, expect: none }\n`;
    await docktape(['test', suite(wrong('wrong') + silent)], env);
    const renamed = suite(wrong('renamed') + silent);
    const { code, stdout, stderr } = await docktape(['test', renamed, '--rerun-failed'], env);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ renamed');
    expect(stdout).toContain('✓ quiet');
    expect(stderr).toBe('docktape: no case that there is failed in the last run here: all are run\n');
    expect((await docktape(['test', renamed, '--rerun-failed'], env)).stdout).not.toContain('quiet');
  });
});

describe('02 reports', () => {
  test('go to folders that are made for them', async () => {
    const file = join(folder, 'out/reports/r.json');
    expect((await docktape(['test', suite(silent), '--reporter', `json=${file}`], env)).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8')).totals.passed).toBe(1);
  });

  test('that cannot be written are told before anything is run', async () => {
    const path = suite(`  - { name: exact, capture: ${capture}, golden: exec.golden.jsonl }\n`);
    for (const [file, reason] of [
      [folder, 'it is a folder'],
      [join(path, 'r.xml'), 'E'],
    ] as const) {
      const { code, stdout, stderr } = await docktape(['test', path, '--reporter', `junit=${file}`], env);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`docktape: cannot write the junit report to ${file}: ${reason}`);
    }
    expect(existsSync(join(folder, 'exec.golden.jsonl'))).toBe(false);
  });

  test('are all written although one of them fails', async () => {
    const file = join(folder, 'r.json');
    const args = ['--reporter', 'junit=/dev/full', '--reporter', `json=${file}`, '--reporter', 'pretty'];
    const { code, stdout, stderr } = await docktape(['test', suite(silent), ...args], env);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^docktape: cannot write the junit report to \/dev\/full: ENOSPC/),
    });
    expect(stdout).toContain('1 passed');
    expect(JSON.parse(readFileSync(file, 'utf8')).totals.passed).toBe(1);
  });

  test('have the figures of each case with --verbose', async () => {
    const path = suite(silent);
    expect((await docktape(['test', path], env)).stdout).not.toContain(' events, ');
    expect((await docktape(['test', path, '--verbose'], env)).stdout).toMatch(/✓ quiet {2}\d+ events, \d+ alerts, /);
  });
});

describe('03 goldens', () => {
  const golden = () => join(folder, 'exec.golden.jsonl');
  const path = () => suite(`  - { name: exact, capture: ${capture}, golden: exec.golden.jsonl }\n`);

  test('are written once, compared, and updated on demand', async () => {
    expect((await docktape(['test', path()], env)).code).toBe(0);
    const lines = readFileSync(golden(), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^\{"event":1,"hostname":"docktape","output":"\d\d:\d\d:\d\d\.\d{9}: Debug /);
    expect((await docktape(['test', path()], { ...env, TZ: 'Asia/Tokyo', CI: '1' })).code).toBe(0);

    editRules('output: >\n    Shell executed in container |', 'output: >\n    Shell started |');
    expect((await docktape(['test', path()], env)).code).toBe(1);
    expect(readFileSync(golden(), 'utf8')).not.toContain('Shell started');
    expect((await docktape(['test', path(), '--update'], env)).stdout).toContain('Shell started');
    expect(readFileSync(golden(), 'utf8')).toContain('Shell started');
  });

  test('are never written in a pipeline', async () => {
    const { code, stdout } = await docktape(['test', path()], { ...env, CI: 'true' });
    expect({ code, written: existsSync(golden()) }).toEqual({ code: 1, written: false });
    expect(stdout).toContain('exec.golden.jsonl');
    expect(await docktape(['test', path(), '--update'], { ...env, CI: 'true' })).toMatchObject({ code: 2 });
  });
});

describe('04 a comparison', () => {
  function git(...args: string[]): void {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
  }

  test('with a git reference names the alerts lost, and fails on demand', async () => {
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'rules');
    editRules('docker.action.verb = exec_start', 'docker.action.verb = exec_begin');
    const args = ['test', '--against', 'HEAD', suite(shell)];
    const { code, stdout } = await docktape(args, env, folder);
    expect(code).toBe(0);
    expect(stdout).toContain('- 2 lost  + 0 gained  ~ 0 changed   Shell executed in container');
    expect(stdout).toContain('exec.db event 11');
    expect((await docktape([...args, '--fail-on', 'lost'], env, folder)).code).toBe(1);
    expect((await docktape(['test', '--against', 'nosuch', suite(shell)], env, folder)).code).toBe(2);
  });

  test('takes the rules that a suite named then: what a file off its list caught is lost', async () => {
    write(
      'more.yaml',
      '- {rule: Any, desc: d, condition: docker.type exists, output: o, priority: INFO, source: docker}\n',
    );
    const cases = `cases: [{ name: quiet, capture: ${capture}, forbid: [Container out of memory] }]\n`;
    const path = write('some.suite.yaml', `rules: [rules, more.yaml]\n${cases}`);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'rules');
    write('some.suite.yaml', `rules: rules\n${cases}`);
    const { code, stdout } = await docktape(['test', '--against', 'HEAD', '--fail-on', 'lost', path], env, folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}- \d+ lost .* Any {2}\(rule is gone\)$/m);
    expect(stdout).toContain('some.suite.yaml named other rules at HEAD');
  });

  test('with a folder needs no suite', async () => {
    const args = ['test', '--against', projectPath('rules'), '-r', join(folder, 'rules'), '--capture', capture];
    const { code, stdout } = await docktape([...args, '--fail-on', 'any'], env);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing changed: 45 rules') });
  });
});

describe('05 a first suite', () => {
  test('passes when it is run, and is never written over', async () => {
    const output = join(folder, 'first.suite.yaml');
    const args = ['test', '--init', capture, '-r', join(folder, 'rules'), '--output', output];
    expect((await docktape(args, env)).code).toBe(0);
    expect((await docktape(['test', output], env)).code).toBe(0);
    expect(await docktape(args, env)).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
  });

  test('is printed, and never written, in a pipeline', async () => {
    const output = join(folder, 'first.suite.yaml');
    const args = ['test', '--init', capture, '-r', join(folder, 'rules')];
    const { code, stderr } = await docktape([...args, '--output', output], { ...env, CI: 'true' });
    expect({ code, written: existsSync(output) }).toEqual({ code: 2, written: false });
    expect(stderr).toBe(
      'docktape: --output writes a suite, but CI is set: leave out --output to have the suite on standard output\n',
    );
    expect(await docktape(args, { ...env, CI: 'true' })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('cases:'),
    });
  });
});

describe('06 wrong use', () => {
  test.each([
    [['test', '--output', 'x'], '--output goes with --init'],
    [['test', '--fail-on', 'lost'], '--fail-on goes with --against'],
    [['test', '-r', 'rules'], '-r goes with --init and --against'],
    [['test', '-o', 'priority=error'], '-o and -c go with -r'],
    [['test', '--init', capture], '--init needs the rules'],
    [['test', '--init', '-r', 'rules'], '--init needs a capture before -r'],
    [['test', '--init', capture, '-r', 'rules', '--verbose'], "cannot be used with option '--verbose'"],
    [['test', '--against', 'HEAD', '-r', 'rules'], '-r needs events to compare over'],
    [['test', '--reporter', 'xml'], "There is no reporter 'xml'"],
    [['test', '--min-coverage', '101'], 'A number from 0 to 100'],
    [['test', '/nonexistent.suite.yaml'], '/nonexistent.suite.yaml'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await docktape(args, env);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  test('a suite that is wrong is told with its line and a caret', async () => {
    const { code, stderr } = await docktape(['test', suite('  - { name: a, capture: x.db, expct: none }\n')], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/some\.suite\.yaml:3:\d+: .*expct.*\n.*expct.*\n +\^/);
  });
});

test('07 --watch runs again when the rules change, and Ctrl-C ends it', { timeout: 60_000 }, async () => {
  const path = suite(shell);
  const watching = new Docktape(['test', path, '--watch'], env);
  await watching.says('waiting for a change');
  expect(watching.stdout).toContain('1 passed');
  editRules('docker.action.verb = exec_start', 'docker.action.verb = exec_begin');
  await watching.says('1 failed');
  watching.kill('SIGINT');
  expect((await watching.ended()).code).toBe(1);
});
