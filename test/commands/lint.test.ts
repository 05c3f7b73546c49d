import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rule } from '../lint/support/lint.js';
import { Docktape, docktape, projectPath } from '../support/docktape.js';

const shipped = projectPath('rules');
const capture = projectPath('captures/run-and-exit.db');

const folder = mkdtempSync(join(tmpdir(), 'docktape-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

function rulesFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const dead = rulesFile('dead.yaml', rule('Dead', 'docker.type = container and docker.type = image'));
const absent = rulesFile('absent.yaml', rule('Absent', 'docker.type = container and docker.exitcode != 0'));
const broken = rulesFile('broken.yaml', rule('Broken', 'docker.typ = container'));
const old = rulesFile(
  'old.yaml',
  `${rule('Dies', 'docker.action = die')}- rule: Dies\n  append: true\n  condition: ' and docker.type = container'\n`,
);

describe('what it prints', () => {
  test('nothing is wrong with the shipped rules', async () => {
    const { code, stdout, stderr } = await docktape(['lint', shipped, '--capture', capture, '--strict']);
    expect([code, stdout, stderr]).toEqual([0, '0 errors, 0 warnings in 45 rules\n', '']);
  });

  test('findings with their line and a caret, file by file, and a summary', async () => {
    const { code, stdout } = await docktape(['lint', dead, '-r', absent]);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${absent}:3:\\d+: LINT_OFTEN_ABSENT: `));
    expect(lines[1]?.slice(lines[2]?.indexOf('^'))).toMatch(/^docker\.exitcode != 0/);
    expect(lines[4]).toMatch(new RegExp(`^${dead}:3:\\d+: LINT_NEVER_FIRES: the rule can never fire: `));
    expect(lines.slice(-2)).toEqual(['0 errors, 2 warnings in 2 rules', '']);
  });

  test('what Falco warns of, too', async () => {
    const { code, stdout } = await docktape(['lint', old]);
    expect(code).toBe(0);
    expect(stdout).toContain(': LOAD_DEPRECATED_ITEM: ');
    expect(stdout).toMatch(/\n0 errors, 1 warning in 1 rule\n$/);
  });

  test('JSON', async () => {
    const { code, stdout } = await docktape(['lint', dead, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      rules: 1,
      errors: 0,
      warnings: 1,
      findings: [{ severity: 'warning', code: 'LINT_NEVER_FIRES', rule: 'Dead', place: { file: dead, line: 3 } }],
    });
  });

  test('annotations', async () => {
    const { stdout } = await docktape(['lint', dead, broken, '--github']);
    expect(stdout).toMatch(
      /^::error file=[^\n]*broken\.yaml,line=3,col=\d+,title=LOAD_ERR_COMPILE_CONDITION::unknown/m,
    );
    const fine = await docktape(['lint', dead, '--github']);
    expect(fine.stdout).toMatch(
      /^::warning file=[^\n]*dead\.yaml,line=3,col=\d+,title=LINT_NEVER_FIRES::the rule[^\n]*\n$/,
    );
  });

  test('what captures showed', async () => {
    const exec = projectPath('captures/exec.db');
    const seen = await docktape(['lint', absent, '--capture', capture, '--capture', exec]);
    const [, gone = 0, asked = 0] = /absent (\d+) of the (\d+) times/.exec(seen.stdout)?.map(Number) ?? [];
    expect(gone).toBeGreaterThan(0);
    const one = await docktape(['lint', absent, '--capture', capture]);
    const [, , askedOfOne = 0] = /absent (\d+) of the (\d+) times/.exec(one.stdout)?.map(Number) ?? [];
    expect(asked).toBeGreaterThan(askedOfOne);
  });

  test('what settings change', async () => {
    const twice = rulesFile('twice.yaml', rule('A', 'docker.action = die') + rule('B', 'docker.action = die'));
    expect((await docktape(['lint', twice])).stdout).toContain('LINT_SHADOWED');
    expect((await docktape(['lint', twice, '-o', 'rule_matching=all'])).stdout).toBe(
      '0 errors, 0 warnings in 2 rules\n',
    );
  });
});

describe('how it ends', () => {
  test('with 1 for warnings when they are not to be', async () => {
    expect((await docktape(['lint', dead, '--strict'])).code).toBe(1);
    expect((await docktape(['lint', dead])).code).toBe(0);
  });

  test('with 2 for rules that do not load', async () => {
    const { code, stdout } = await docktape(['lint', broken, '--capture', capture]);
    expect(code).toBe(2);
    expect(stdout).toContain('LOAD_ERR_COMPILE_CONDITION: unknown field docker.typ; did you mean docker.type?');
    expect(stdout).toMatch(/\n1 error, 0 warnings\n$/);
  });

  test.each([
    ['no rules named', [], 'no rules to look at: name a rules file or a folder'],
    ['a file that is not there', [join(folder, 'no.yaml')], `cannot read the rules at ${join(folder, 'no.yaml')}`],
    [
      'no rule in the files',
      [rulesFile('lists.yaml', '- list: l\n  items: [a]\n')],
      'no rules to look at: none of source docker',
    ],
    ['no such capture', [dead, '--capture', join(folder, 'no.db')], 'no.db'],
    ['an unknown setting', [dead, '-o', 'rule_maching=all'], 'did you mean rule_matching?'],
    ['two outputs', [dead, '--json', '--github'], 'cannot be used with'],
  ])('with 2 for %s', async (_, args, words) => {
    const { code, stdout, stderr } = await docktape(['lint', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('a defect');
  });

  test('cleanly by Ctrl-C', async () => {
    const many = Array.from({ length: 400 }, () => ['--capture', capture]).flat();
    const config = join(folder, 'falco.yaml');
    writeFileSync(config, 'watch_config_files: true\n');
    const child = new Docktape(['lint', shipped, '-c', config, ...many]);
    // The notice is said once signals are listened to, and long before all of the captures are read.
    await child.says('passed over');
    child.kill('SIGINT');
    const { code, stdout } = await child.ended();
    expect([code, stdout]).toEqual([130, '']);
    expect(child.stderr).toMatch(/^docktape: notice: [^\n]*\n$/);
  });
});
