import { readFileSync } from 'node:fs';
import { parse } from 'junit2json';
import { describe, expect, test } from 'vitest';
import type { Failure, TestReport } from '#docktape/regression/report.js';
import { reporters } from '#docktape/regression/reporters/index.js';
import { projectPath } from '../../support/docktape.js';
import { failure, plain, suite, testCase, testReport } from './reports.js';

const differing: Failure = {
  ...failure,
  kind: 'engines',
  message: 'the engines differ about "Container killed": 1 by Falco only',
  expected: ['event 24: Container killed | signal=15'],
  actual: ['event 24: no alert'],
};

const report = testReport([suite([testCase('both', { status: 'failed', failures: [differing] })])], {
  falco: { version: '0.44.1', compared: true },
});

describe('engines that differ are told with their names', () => {
  test('by pretty', () => {
    const text = reporters.pretty.report(report, plain);
    expect(text).toContain(`: ${differing.message}\n`);
    expect(text).toContain('\n  Falco     event 24: Container killed | signal=15\n  embedded  event 24: no alert\n');
    expect(text).toContain('\n  event     captures/run-and-exit.db\n');
    expect(text).not.toContain('expected  ');
  });

  test('by github', () => {
    const text = reporters.github.report(report, plain);
    expect(text).toContain('::the engines differ about "Container killed"');
    expect(text).toContain('%0AFalco: event 24: Container killed | signal=15%0Aembedded: event 24: no alert%0A');
  });

  test('by junit', async () => {
    const found = await parse(reporters.junit.report(report, plain));
    if (!found || !('testsuite' in found)) throw new Error('no suites');
    const [told] = found.testsuite?.[0]?.testcase?.[0]?.failure ?? [];
    expect(told).toMatchObject({ type: 'engines', message: differing.message });
    expect(told?.inner).toContain('Falco     event 24: Container killed | signal=15\nembedded  event 24: no alert\n');
  });

  test('by json, as the page describes it', () => {
    const data = JSON.parse(reporters.json.report(report, plain)) as TestReport;
    expect(data.falco).toEqual({ version: '0.44.1', compared: true });
    expect(data.suites[0]?.cases[0]?.failures[0]).toMatchObject({ kind: 'engines', expected: differing.expected });
    const page = readFileSync(projectPath('docs/test-report.md'), 'utf8');
    for (const name of ['falco', 'version', 'compared', 'engines']) expect(page).toContain(`\`${name}\``);
  });
});

describe('who evaluated is said in the summary', () => {
  const summary = (falco?: TestReport['falco']) =>
    reporters.pretty
      .report(testReport([suite([testCase('a')])], falco && { falco }), plain)
      .trimEnd()
      .split('\n')
      .at(-1);

  test('where it was not the embedded engine alone', () => {
    expect(summary()).toBe('1 passed, in 0.8 s');
    expect(summary({ version: '0.44.1', compared: false })).toBe('1 passed, in 0.8 s, by Falco 0.44.1');
    expect(summary({ version: '0.44.1', compared: true })).toBe(
      '1 passed, in 0.8 s, by the embedded engine and Falco 0.44.1',
    );
  });
});
