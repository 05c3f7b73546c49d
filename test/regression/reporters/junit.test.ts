import { parse, type TestSuite, type TestSuites } from 'junit2json';
import { describe, expect, test } from 'vitest';
import type { ComparisonReport } from '#docktape/regression/comparison.js';
import type { TestReport } from '#docktape/regression/report.js';
import { reporters } from '#docktape/regression/reporters/index.js';
import { comparison, failure, finding, mixedReport, plain, suite, testCase, testReport } from './reports.js';

/** What a reader of JUnit's format finds. */
async function read(report: TestReport | ComparisonReport): Promise<TestSuites & { readonly testsuite: TestSuite[] }> {
  const found = await parse(reporters.junit.report(report, plain));
  if (!found || !('testsuite' in found)) throw new Error('no suites');
  return found as TestSuites & { readonly testsuite: TestSuite[] };
}

/** The counts that a suite states, and those of the cases that it has. */
function counts({ tests, failures, errors, skipped, testcase = [] }: TestSuite) {
  const having = (key: 'failure' | 'error' | 'skipped') => testcase.filter((one) => one[key]).length;
  return {
    stated: [tests, failures, errors, skipped],
    found: [testcase.length, having('failure'), having('error'), having('skipped')],
  };
}

describe('01 a test report', () => {
  test('has a suite for each suite, whose counts agree', async () => {
    const broken = { ...suite([], [finding('error'), finding('warning')]), path: 'other.suite.yml' };
    const report = testReport([...mixedReport.suites, broken]);
    const { testsuite, tests, failures, errors, time } = await read(report);
    expect([tests, failures, errors, time]).toEqual([5, 1, 1, 0.82]);
    expect(testsuite.map(({ name }) => name)).toEqual(['suites/night.suite.yaml', 'other.suite.yml']);
    for (const one of testsuite) expect(counts(one).stated).toEqual(counts(one).found);
    expect(testsuite.map((one) => counts(one).found)).toEqual([
      [4, 1, 0, 2],
      [1, 0, 1, 0],
    ]);
    expect(testsuite[0]?.time).toBe(1);
  });

  test('has a case for each case, with its place', async () => {
    const [found] = (await read(mixedReport)).testsuite;
    const [passed, failedCase, skipped, known] = found?.testcase ?? [];
    expect(passed).toEqual({
      name: 'a shell in a container is reported',
      classname: 'suites.night.suite',
      file: 'suites/night.suite.yaml',
      line: 10,
      time: 0.25,
    });
    expect(failedCase?.failure).toHaveLength(1);
    expect(failedCase?.failure?.[0]).toMatchObject({ type: 'missing', message: failure.message });
    expect(failedCase?.failure?.[0]?.inner).toMatch(
      /^suites\/night\.suite\.yaml:14: rule "Container killed"[\s\S]*\nnearest /,
    );
    expect(skipped?.skipped).toEqual([{ message: 'nothing recorded yet' }]);
    expect(known?.skipped).toEqual([{ message: 'known failure: a race in the daemon' }]);
    expect(known?.failure).toBeUndefined();
    expect(found?.['system-out']?.[0]).toMatch(/^warning rules\/docker_rules\.yaml:3:14: LINT_NEVER_FIRES/);
  });

  test('has one failure for a case, which tells all that failed', async () => {
    const failures = [failure, { ...failure, kind: 'unexpected', message: 'a second thing' } as const];
    const { testsuite } = await read(testReport([suite([testCase('a', { status: 'failed', failures })])]));
    const found = testsuite[0]?.testcase?.[0]?.failure;
    expect(found).toHaveLength(1);
    expect(found?.[0]?.message).toBe(`${failure.message} (and 1 more)`);
    expect(found?.[0]?.inner).toContain('a second thing');
  });

  test('has an error for rules that do not load', async () => {
    const { testsuite } = await read(testReport([suite([], [finding('error', 3), finding('error', 9)])]));
    expect(testsuite[0]?.testcase).toMatchObject([
      {
        name: 'rules',
        file: 'rules/docker_rules.yaml',
        line: 3,
        error: [{ type: 'LOAD_ERR_COMPILE_CONDITION', message: "no field 'docker.acton' (2 errors in all)" }],
      },
    ]);
    expect(testsuite[0]?.testcase?.[0]?.error?.[0]?.inner).toContain('docker_rules.yaml:9:14');
  });

  test('survives every text', async () => {
    const nasty = `<a b="c">&amp; ]]> 'quoted' "too" --> ä 📼 %0A`;
    const report = testReport([
      suite([
        testCase(`${nasty}\u0000\u001b[31m\ufffe`, { status: 'failed', failures: [{ ...failure, message: nasty }] }),
      ]),
    ]);
    const { testsuite } = await read(report);
    const found = testsuite[0]?.testcase?.[0];
    expect(found?.name).toBe(`${nasty}\ufffd\ufffd[31m\ufffd`);
    expect(found?.failure?.[0]?.message).toBe(nasty);
    expect(found?.failure?.[0]?.inner).toContain(nasty);
  });
});

describe('02 a comparison', () => {
  test('has a case for each rule, failed when it lost alerts', async () => {
    const { testsuite, tests, failures } = await read(comparison());
    expect([tests, failures, testsuite.length]).toEqual([4, 1, 1]);
    const [found] = testsuite;
    if (!found) throw new Error('no suite');
    expect(counts(found).stated).toEqual(counts(found).found);
    expect(found.name).toBe('rules against main (1a2b3c4d5e6f)');
    expect(found.testcase?.map(({ name, failure: failed }) => [name, failed?.[0]?.message])).toEqual([
      ['Container killed', undefined],
      ['Container ended with failure', '12 alerts lost'],
      ['Container status changed', undefined],
      ['Container renamed', undefined],
    ]);
    expect(found.testcase?.[1]?.failure?.[0]?.inner).toMatch(
      /^lost: captures\/run-and-exit\.db: 11 [\s\S]*\n… and 10 more lost$/,
    );
    expect(found.testcase?.[2]?.['system-out']?.[0]).toContain('was reported by Container ended with failure');
  });

  test('has an error for rules that do not load', async () => {
    const { testsuite } = await read(comparison({ rules: [], findings: [finding('error')] }));
    expect(testsuite[0]?.testcase).toMatchObject([{ name: 'rules', error: [{ type: 'LOAD_ERR_COMPILE_CONDITION' }] }]);
  });
});
