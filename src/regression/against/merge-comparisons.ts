import { DocktapeError } from '../../errors.js';
import type { ComparisonReport } from '../comparison.js';

/**
 * One report of several comparisons with the same reference, each of rules of its own.
 *
 * @throws DocktapeError `USAGE` when nothing was compared, although the rules load: that nothing changed would be no news
 */
export function mergeComparisons(reports: readonly [ComparisonReport, ...ComparisonReport[]]): ComparisonReport {
  const merged = merge(reports);
  const { findings, rules, events, streams } = merged;
  if (findings.length > 0) return merged;
  if (rules.length === 0) {
    throw new DocktapeError('USAGE', 'nothing was compared: neither side has a rule with `source: docker`');
  }
  if (events === 0) {
    const where = streams.length > 0 ? `no event of ${streams.join(', ')} is selected` : 'no case is selected';
    throw new DocktapeError('USAGE', `nothing was compared: ${where}; add events by --capture FILE`);
  }
  return merged;
}

function merge(reports: readonly [ComparisonReport, ...ComparisonReport[]]): ComparisonReport {
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
