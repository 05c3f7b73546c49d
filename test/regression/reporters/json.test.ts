import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reporters } from '#docktape/regression/reporters/index.js';
import { projectPath } from '../../support/docktape.js';
import { comparison, failure, mixedReport, plain, suite, testCase, testReport } from './reports.js';

test('the whole report is there, after a version', () => {
  for (const report of [mixedReport, comparison()]) {
    const text = reporters.json.report(report, plain);
    expect(text.endsWith('}\n')).toBe(true);
    expect(Object.keys(JSON.parse(text))[0]).toBe('version');
    expect(JSON.parse(text)).toEqual({ version: 1, ...report });
  }
});

test('nanoseconds and other large numbers keep their digits', () => {
  if (!failure.event) throw new Error('no event');
  const event = { ...failure.event, fields: [{ field: 'evt.rawtime', value: 1_795_422_042_203_749_179n }] };
  const report = testReport([suite([testCase('a', { status: 'failed', failures: [{ ...failure, event }] })])]);
  expect(reporters.json.report(report, plain)).toContain('"value": 1795422042203749179\n');
});

test('every member is described', () => {
  const page = readFileSync(projectPath('docs/test-report.md'), 'utf8');
  const names = new Set<string>();
  for (const report of [mixedReport, comparison()]) {
    JSON.parse(reporters.json.report(report, plain), (name, value) => {
      if (/^[a-zA-Z]+$/.test(name)) names.add(name);
      return value;
    });
  }
  expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
