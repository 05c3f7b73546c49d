import type { ComparisonReport } from '../comparison.js';

/** One report of several comparisons with the same reference, each of rules of its own. */
export function mergeComparisons(reports: readonly [ComparisonReport, ...ComparisonReport[]]): ComparisonReport {
  return {
    kind: 'comparison',
    before: reports[0].before,
    notes: [...new Set(reports.flatMap(({ notes }) => notes))],
    streams: [...new Set(reports.flatMap(({ streams }) => streams))],
    events: reports.reduce((sum, { events }) => sum + events, 0),
    rules: reports.flatMap(({ rules }) => rules),
    findings: reports.flatMap(({ findings }) => findings),
    seconds: reports.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
