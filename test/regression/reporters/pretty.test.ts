import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import type { ComparisonReport } from '#docktape/regression/comparison.js';
import type { TestReport } from '#docktape/regression/report.js';
import { type ReporterOptions, reporters } from '#docktape/regression/reporters/index.js';
import {
  comparedRules,
  comparison,
  failure,
  finding,
  mixedReport,
  plain,
  suite,
  testCase,
  testReport,
} from './reports.js';

function print(report: TestReport | ComparisonReport, options: Partial<ReporterOptions> = {}): string {
  return reporters.pretty.report(report, { ...plain, ...options });
}

/** The part of a text from the line that begins with `from` up to an empty line. */
function paragraph(text: string, from: string): string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(from));
  if (start < 0) throw new Error(`no line begins with '${from}':\n${text}`);
  const end = lines.indexOf('', start);
  return lines.slice(start, end < 0 ? undefined : end);
}

function failed(more: object = {}): TestReport {
  return testReport([suite([testCase('fails', { status: 'failed', failures: [{ ...failure, ...more }] })])]);
}

describe('01 cases', () => {
  test('have a line each under their suite, with a mark for each status', () => {
    expect(paragraph(print(mixedReport), 'suites/')).toEqual([
      'suites/night.suite.yaml',
      '  ✓ a shell in a container is reported',
      '  ✗ a killed container is reported',
      '  - an image is pulled  (nothing recorded yet)',
      '  ~ a stopped container is silent  (known failure: a race in the daemon)',
    ]);
  });

  test('say what they took with `verbose`', () => {
    const lines = paragraph(print(mixedReport, { verbose: true }), 'suites/');
    expect(lines[1]).toBe('  ✓ a shell in a container is reported  52 events, 3 alerts, 0.3 s');
    expect(lines[3]).toBe('  - an image is pulled  (nothing recorded yet)');
  });

  test('that failed are told in full, with places to click', () => {
    const text = print(failed());
    expect(text).toContain('\n✗ fails  suites/night.suite.yaml:10\n');
    const lines = paragraph(text, '  suites/night.suite.yaml:14');
    expect(lines.slice(0, 11)).toEqual([
      '  suites/night.suite.yaml:14: rule "Container killed" fired 0 times, at least 1 was expected',
      '  expected  at least 1 alert of "Container killed" with docker.container.name equal to "web"',
      '  got       no alert of "Container killed"',
      '  nearest   captures/run-and-exit.db',
      '            24  2026-11-23T08:20:42.203749179Z  container kill e6378cde2878 (image=busybox:1,',
      '              name=worker-old, signal=15)',
      '            docker.type               container',
      '            docker.action             kill',
      '            docker.attributes.signal  15',
      '            docker.exitcode           absent',
      '  rule      rules/docker_rules.yaml:88',
    ]);
  });

  test('that are known to fail are told in full only with `verbose`', () => {
    const text = 'rule "Container killed" must stay silent';
    expect(print(mixedReport)).not.toContain(text);
    expect(print(mixedReport, { verbose: true })).toContain(text);
  });

  test('of goldens show the lines whole, to be copied', () => {
    const line = JSON.stringify({ output: 'Shell executed in container | '.repeat(8), rule: 'Shell' });
    const text = print(
      failed({ kind: 'golden', expected: ['the 7 lines of a.jsonl'], actual: [`- ${line}`, `+ ${line}`] }),
    );
    expect(text).toContain(`\n  got       - ${line}\n            + ${line}\n`);
  });

  test('with many differences list the first of them', () => {
    const actual = Array.from({ length: 30 }, (_, i) => `alert ${i + 1}`);
    expect(print(failed({ actual }))).toMatch(/alert 20\n {12}… and 10 more\n/);
    expect(print(failed({ actual }), { verbose: true })).toContain('alert 30\n');
  });

  test('cannot steer the terminal or forge lines by what events hold', () => {
    const hostile = '\u001b[2J\nsuites/x: forged\r\u0007';
    const { event } = failure;
    const text = print(
      failed({
        message: hostile,
        expected: [hostile],
        actual: [hostile],
        event: {
          ...event,
          explanation: undefined,
          stream: hostile,
          line: hostile,
          fields: [{ field: 'f', value: [hostile, 7n] }],
        },
      }),
    );
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text.split('\n').filter((line) => line.startsWith('suites/x'))).toEqual([]);
  });
});

describe('02 findings', () => {
  test('stand with their carets, errors first, each once', () => {
    const text = print(testReport([suite([], [finding('warning'), finding('error')]), suite([], [finding('error')])]));
    expect(paragraph(text, 'error')).toEqual([
      "error rules/docker_rules.yaml:3:14: LOAD_ERR_COMPILE_CONDITION: no field 'docker.acton'",
      '    condition: docker.acton = kill',
      '               ^',
    ]);
    expect(text.match(/^error/gm)).toHaveLength(1);
    expect(text.indexOf('\nerror')).toBeLessThan(text.indexOf('\nwarning'));
    expect(text).toContain('suites/night.suite.yaml  not run: its rules have errors\n');
    expect(text).toMatch(/\n0 passed, 2 suites not run, in 0\.8 s\n$/);
  });
});

describe('03 the end', () => {
  test('is one line that sums up', () => {
    expect(print(mixedReport)).toMatch(/\n1 passed, 1 failed, 1 skipped, 1 known failure, in 0\.8 s\n$/);
    expect(print(testReport([suite([testCase('a'), testCase('b')])]))).toMatch(/\n2 passed, in 0\.8 s\n$/);
  });

  test('comes after the goldens that were written', () => {
    expect(paragraph(print(mixedReport), 'Golden')).toEqual([
      'Golden written: goldens/night.jsonl  - 1 removed  + 2 added',
      '  - {"rule":"A"}',
      '  + {"rule":"B"}',
      '  + {"rule":"C"}',
    ]);
  });

  test('comes after the coverage, when that is wanted', () => {
    expect(print(mixedReport)).not.toContain('Coverage');
    const text = print(mixedReport, { coverage: true });
    expect(text).toContain('Coverage: 33.3 % of the rules have a positive and a negative case\n');
    expect(paragraph(text, '  rule                            fired')).toEqual([
      '  rule                            fired  positive  negative',
      '  Shell executed in container        12         3         1',
      '      never false  docker.type = container  rules/docker_rules.yaml:33',
      '      never true   docker.exec.command startswith "/bin/ash "  rules/docker_rules.yaml:33',
      '  Container out of memory             0         0         1',
      '      never asked  docker.action = oom  rules/docker_rules.yaml:33',
      '  Container killed                    2         1         0',
    ]);
    expect(paragraph(text, 'Without a positive')).toEqual([
      'Without a positive case:',
      '  Container out of memory  rules/docker_rules.yaml:28',
    ]);
    expect(paragraph(text, 'Without a negative')).toEqual([
      'Without a negative case:',
      '  Container killed  rules/docker_rules.yaml:28',
    ]);
  });

  test('never says 100 % for less', () => {
    const report = { ...mixedReport, coverage: { ...mixedReport.coverage, percent: 99.99 } };
    expect(print(report, { coverage: true })).toContain('Coverage: 99.9 %');
  });
});

describe('04 comparisons', () => {
  test('have a line for each rule that says something else', () => {
    const text = print(comparison({ notes: ['rules/c.yaml had no rules at main'] }));
    expect(text).toMatch(
      /^The rules as they are, compared with main \(1a2b3c4d5e6f\) over 75,123 events of 2 streams, in 0\.4 s\nnote: rules\/c\.yaml had no rules at main\n\n/,
    );
    expect(paragraph(text, '  - 12')).toEqual([
      '  - 12 lost  + 0 gained  ~ 1 changed   Container ended with failure',
      '  -  0 lost  + 1 gained  ~ 0 changed   Container status changed  (new rule)',
      '  -  0 lost  + 0 gained  ~ 0 changed   Container renamed  (rule is gone)',
      '  1 rule unchanged, 5 alerts as before',
    ]);
  });

  test('count new rules that say nothing of the events, and list them with `verbose`', () => {
    const none = { count: 0, first: [] };
    const silent = ['A', 'B'].map((rule) => ({
      rule,
      state: 'added' as const,
      same: 0,
      lost: none,
      gained: none,
      changed: none,
    }));
    const report = comparison({ rules: [...comparedRules, ...silent] });
    const lines = paragraph(print(report), '  - 12');
    expect(lines.slice(-3)).toEqual([
      '  -  0 lost  + 0 gained  ~ 0 changed   Container renamed  (rule is gone)',
      '  2 new rules without an alert',
      '  1 rule unchanged, 5 alerts as before',
    ]);
    expect(paragraph(print(report, { verbose: true }), '  - 12').slice(-2)).toEqual([
      '  -  0 lost  + 0 gained  ~ 0 changed   B  (new rule)',
      '  1 rule unchanged, 5 alerts as before',
    ]);
    const onlyNew = paragraph(print(comparison({ rules: silent })), '  2 new rules');
    expect(onlyNew).toEqual(['  2 new rules without an alert', '  0 rules unchanged, 0 alerts as before']);
  });

  test('list the alerts with their events and who reports them now', () => {
    const text = print(comparison());
    const lines = paragraph(text, 'Container ended with failure  rules/docker_rules.yaml:99');
    expect(lines.slice(1, 7)).toEqual([
      '  - lost  captures/run-and-exit.db event 11',
      '      Informational Container ended with failure | exit_code=3 container=shop-checkout-1',
      '        image=busybox:1',
      '      11  2026-11-23T08:20:41.565295344Z  container die 62fb80f9d307 (exitCode=3, image=busybox:1,',
      '        name=shop-checkout-1)',
      '      now reported by Container status changed',
    ]);
    expect(lines).toContain('  … and 10 more lost');
    expect(lines.slice(lines.indexOf('  ~ changed  captures/run-and-exit.db event 26'))).toEqual([
      '  ~ changed  captures/run-and-exit.db event 26',
      '      - Informational exit_code=137',
      '      + Warning exit_code=137',
      expect.stringContaining('      26  2026'),
      expect.stringContaining('name=shop'),
    ]);
    expect(paragraph(text, 'Container status changed  rules/')).toContain(
      '      was reported by Container ended with failure',
    );
  });

  test('list a few alerts of many, and all that there are with `verbose`', () => {
    const [, rule] = comparedRules;
    const change = rule?.lost.first[0];
    if (!rule || !change) throw new Error('no rule that lost');
    const first = Array.from({ length: 100 }, (_, i) => ({ ...change, event: i + 1 }));
    const report = comparison({ rules: [{ ...rule, lost: { count: 5_000, first } }] });
    expect(print(report).match(/- lost {2}/g)).toHaveLength(10);
    expect(print(report)).toContain('… and 4,990 more lost');
    expect(print(report, { verbose: true }).match(/- lost {2}/g)).toHaveLength(100);
    expect(print(report, { verbose: true })).toContain('… and 4,900 more lost');
  });

  test('say when nothing changed', () => {
    expect(print(comparison({ rules: comparedRules.slice(0, 1) }))).toMatch(
      /\n\n {2}Nothing changed: 1 rule, 2 alerts as before\n$/,
    );
  });

  test('say when nothing was compared', () => {
    const text = print(comparison({ rules: [], findings: [finding('error')] }));
    expect(text).toMatch(/^error rules/);
    expect(text).toMatch(/\n\nNothing was compared with main \(1a2b3c4d5e6f\): rules have errors\.\n$/);
  });
});

describe('05 looks', () => {
  const reports = [mixedReport, comparison()];

  test('are the same without colours', () => {
    for (const report of reports) {
      const coloured = print(report, { colours: pc.createColors(true), coverage: true });
      expect(coloured).toContain('\u001b[31m');
      expect(stripVTControlCharacters(coloured)).toBe(print(report, { coverage: true }));
    }
  });

  test('fit 100 columns', () => {
    for (const report of reports) {
      const long = print(report, { coverage: true, verbose: true })
        .split('\n')
        .filter((line) => line.length > 100);
      expect(long).toEqual([]);
    }
  });
});
