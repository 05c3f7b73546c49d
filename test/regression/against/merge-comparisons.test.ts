import { describe, expect, test } from 'vitest';
import { mergeComparisons } from '#docktape/regression/against/merge-comparisons.js';
import type { ComparisonReport, RuleComparison } from '#docktape/regression/comparison.js';

const none = { count: 0, first: [] };
const shell: RuleComparison = { rule: 'Shell', state: 'kept', same: 3, lost: none, gained: none, changed: none };

function report(more: Partial<ComparisonReport> = {}): ComparisonReport {
  const what = { kind: 'comparison', before: 'HEAD (0123456789ab)', notes: [], streams: ['a.db'], events: 5 } as const;
  return { ...what, rules: [shell], findings: [], seconds: 1, ...more };
}

test('comparisons are added up; what is in several of them is told once', () => {
  const other = { ...shell, rule: 'Kill' };
  const merged = mergeComparisons([
    report({ notes: ['x had no rules'] }),
    report({ notes: ['x had no rules'], streams: ['b.db', 'a.db'], events: 0, rules: [other], seconds: 0.5 }),
  ]);
  expect(merged).toEqual(
    report({ notes: ['x had no rules'], streams: ['a.db', 'b.db'], rules: [shell, other], seconds: 1.5 }),
  );
});

describe('nothing was compared', () => {
  test.each([
    ['without rules', { rules: [] }, 'neither side has a rule with `source: docker`'],
    ['without events', { events: 0 }, 'no event of a.db is selected; add events by --capture FILE'],
    ['without streams', { events: 0, streams: [] }, 'no case is selected; add events by --capture FILE'],
  ])('%s', (_, more, message) => {
    expect(() => mergeComparisons([report(more), report(more)])).toThrow(`nothing was compared: ${message}`);
  });

  test('is what the findings say where rules do not load', () => {
    const place = { file: 'r.yaml', line: 1, column: 1 };
    const finding = { severity: 'error', code: 'LOAD_ERR_VALIDATE', message: 'm', place, text: 'm' } as const;
    const broken = report({ findings: [finding], rules: [], events: 0 });
    expect(mergeComparisons([broken])).toEqual(broken);
  });
});
