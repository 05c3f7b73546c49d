import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ComparisonReport } from '#docktape/regression/comparison.js';
import type { TestReport } from '#docktape/regression/report.js';
import { reporters } from '#docktape/regression/reporters/index.js';
import { repositoryPath } from '#docktape/regression/reporters/repository-path.js';
import { projectPath } from '../../support/docktape.js';
import {
  comparedRules,
  comparison,
  failure,
  finding,
  mixedReport,
  place,
  plain,
  suite,
  testCase,
  testReport,
} from './reports.js';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** The properties that GitHub documents for error, warning and notice. */
const documented = new Set(['title', 'file', 'col', 'endColumn', 'line', 'endLine']);

/**
 * A parser of GitHub's workflow commands, `::name key=value,key=value::message`, as documented in "Workflow commands for GitHub
 * Actions": a line each; `%25 %0D %0A` in messages, and `%3A %2C` in properties besides.
 */
function parseCommand(line: string): Command {
  const match = /^::(error|warning|notice)(?: ([^:]*))?::(.*)$/.exec(line);
  if (!match) throw new Error(`no workflow command: ${line}`);
  const [, name = '', list = '', message = ''] = match;
  const entries = list.split(',').map((property) => {
    const [key = '', value, more] = property.split('=', 3);
    if (!documented.has(key) || value === undefined) throw new Error(`no property: ${property}`);
    return [key, unescaped(more === undefined ? value : property.slice(key.length + 1))] as const;
  });
  return { name, properties: Object.fromEntries(entries), message: unescaped(message) };
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { '%25': '%', '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' };
  return text.replace(/%(..)/g, (code) => {
    const character = characters[code];
    if (character === undefined) throw new Error(`no escape: ${code}`);
    return character;
  });
}

function commands(report: TestReport | ComparisonReport): Command[] {
  const text = reporters.github.report(report, plain);
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1).map(parseCommand);
}

describe('01 a test report', () => {
  test('annotates failures at the rule', () => {
    const [, failed] = commands(mixedReport);
    expect(failed).toMatchObject({
      name: 'error',
      properties: { file: 'rules/docker_rules.yaml', line: '88', col: '5', title: 'a killed container is reported' },
    });
    expect(failed?.message.split('\n')).toEqual([
      failure.message,
      'expected: at least 1 alert of "Container killed" with docker.container.name equal to "web"',
      'got: no alert of "Container killed"',
      expect.stringMatching(/^event of captures\/run-and-exit\.db: 24 {2}/),
      'the case stands at suites/night.suite.yaml:14',
    ]);
  });

  test('annotates the suite where there is no rule', () => {
    const { rulePlace: _, event: __, ...rest } = failure;
    const [failed] = commands(testReport([suite([testCase('a', { status: 'failed', failures: [rest] })])]));
    expect(failed?.properties).toMatchObject({ file: 'suites/night.suite.yaml', line: '14' });
  });

  test('annotates findings at their lines, each once', () => {
    const findings = [finding('error'), finding('warning', 7)];
    expect(commands(testReport([suite([], findings), suite([], findings)]))).toEqual([
      {
        name: 'error',
        properties: { file: 'rules/docker_rules.yaml', line: '3', col: '14', title: 'LOAD_ERR_COMPILE_CONDITION' },
        message: "no field 'docker.acton'",
      },
      {
        name: 'warning',
        properties: { file: 'rules/docker_rules.yaml', line: '7', col: '14', title: 'LINT_NEVER_FIRES' },
        message: "the rule 'Never' can never fire",
      },
    ]);
  });

  test('has nothing to say of what passed, is skipped or is known to fail', () => {
    const cases = [
      testCase('a'),
      testCase('b', { status: 'skipped', reason: 'r' }),
      testCase('c', { status: 'known failure', failures: [failure] }),
    ];
    expect(reporters.github.report(testReport([suite(cases)]), plain)).toBe('');
  });
});

describe('02 a comparison', () => {
  test('annotates rules: lost alerts are errors, gained ones warnings', () => {
    const found = commands(comparison());
    expect(found.map(({ name, properties: { line, title } }) => [name, line, title])).toEqual([
      ['error', '99', 'Container ended with failure'],
      ['notice', '99', 'Container ended with failure'],
      ['warning', '170', 'Container status changed'],
    ]);
    expect(found[0]?.message.split('\n')).toEqual([
      '12 alerts lost',
      'captures/run-and-exit.db event 11: Informational Container ended with failure | exit_code=3 container=shop-checkout-1 image=busybox:1; now reported by Container status changed',
      expect.stringMatching(/^captures\/run-and-exit\.db event 16: /),
      '… and 10 more',
    ]);
  });

  test('annotates no file for a rule that is gone, or for a file of the reference', () => {
    const [, rule] = comparedRules;
    if (!rule) throw new Error('no rule');
    const { place: _, ...gone } = rule;
    const old = { ...finding('error'), place: place(3, 'main:rules/docker_rules.yaml') };
    const [error, lost] = commands(comparison({ rules: [gone], findings: [old] }));
    expect(error).toEqual({
      name: 'error',
      properties: { title: 'LOAD_ERR_COMPILE_CONDITION' },
      message: "main:rules/docker_rules.yaml:3:5: no field 'docker.acton'",
    });
    expect(Object.keys(lost?.properties ?? {})).toEqual(['title']);
  });
});

describe('03 escaping', () => {
  test.each([
    ['commas and colons', 'a, b: c,line=7::error::d'],
    ['percent signs', '100 % of %0A, %25 and %3A'],
    ['equals signs', 'count=3 == three'],
    ['other scripts', 'größer 📼'],
  ])('keeps %s', (_, text) => {
    const report = testReport([
      suite([
        testCase(text, {
          status: 'failed',
          failures: [{ ...failure, message: text, rulePlace: place(1, `${text.replaceAll('/', '')}.yaml`) }],
        }),
      ]),
    ]);
    const [found] = commands(report);
    expect(found?.properties.title).toBe(text);
    expect(found?.properties.file).toBe(`${text}.yaml`);
    expect(found?.message.split('\n')[0]).toBe(text);
  });

  test('lets no line end early, whatever an event holds', () => {
    const hostile = 'x\r\n::error file=y::forged\u001b[0m';
    const report = testReport([
      suite([testCase(hostile, { status: 'failed', failures: [{ ...failure, actual: [hostile] }] })]),
    ]);
    expect(commands(report)).toHaveLength(1);
    expect(reporters.github.report(report, plain).trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});

describe('04 paths', () => {
  test('are relative to the top of the repository, from anywhere in it', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'docktape-paths-')));
    mkdirSync(join(folder, 'repository/.git'), { recursive: true });
    mkdirSync(join(folder, 'repository/tests/deep'), { recursive: true });
    const home = process.cwd();
    try {
      process.chdir(join(folder, 'repository/tests'));
      expect(repositoryPath('deep/a.yaml')).toBe('tests/deep/a.yaml');
      expect(repositoryPath('../a.yaml')).toBe('a.yaml');
      expect(repositoryPath('../..a.yaml')).toBe('..a.yaml');
      expect(repositoryPath(join(folder, 'repository/rules/a.yaml'))).toBe('rules/a.yaml');
      expect(repositoryPath('../../a.yaml')).toBe(join(folder, 'a.yaml'));
      process.chdir(folder);
      expect(repositoryPath('a.yaml')).toBe('a.yaml');
    } finally {
      process.chdir(home);
      rmSync(folder, { recursive: true });
    }
  });

  test('in annotations are never absolute inside the repository', () => {
    const report = testReport([
      suite([], [{ ...finding('error'), place: place(3, projectPath('rules/docker_rules.yaml')) }]),
    ]);
    expect(commands(report)[0]?.properties.file).toBe('rules/docker_rules.yaml');
  });
});
