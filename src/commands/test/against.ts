import { isDeepStrictEqual } from 'node:util';
import { DocktapeError } from '../../errors.js';
import { compareRules } from '../../regression/against/compare-rules.js';
import { type FormerList, listsAtReference } from '../../regression/against/lists-at-reference.js';
import { mergeComparisons } from '../../regression/against/merge-comparisons.js';
import { rulesAtReference } from '../../regression/against/rules-at-reference.js';
import type { ComparisonReport } from '../../regression/comparison.js';
import { plainText } from '../../regression/run/plain-text.js';
import type { EventStream, Suite } from '../../regression/suite.js';
import { readRulesFiles } from '../../rules/rules-files.js';
import { formatCount } from '../../text/quantities.js';
import { ExitCode } from '../exit-codes.js';
import { showProgress } from '../progress.js';
import { readSettingsOptions } from '../rules-options.js';
import type { TestOptions } from './options.js';
import { prepareReports, writeReports } from './reports.js';
import { suitesOf } from './run.js';
import { caseSelection } from './selection.js';

/** The same rules, then and now, and the events to compare them over. */
interface Comparison extends Pick<Suite, 'rules' | 'settings'> {
  /** The paths that the rules had then. */
  readonly formerRules: readonly string[];
  readonly streams: readonly EventStream[];
  /** What is to be known of it, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Compares rules with what they were, writes the reports, and gives the exit code. The rules are those of each suite, over its
 * streams and the captures given besides; or, with `-r`, those over the captures alone.
 */
export async function testAgainst(
  reference: string,
  paths: readonly string[],
  options: TestOptions,
  signal: AbortSignal,
): Promise<number> {
  prepareReports(options.reporter);
  const reports: ComparisonReport[] = [];
  let before = 0;
  for (const { rules, formerRules, settings, streams, notes } of comparisons(reference, paths, options)) {
    const former = rulesAtReference(formerRules, reference);
    const sides = { before: { ...former, notes: [...notes, ...former.notes] }, after: readRulesFiles(rules) };
    let events = before;
    const progress = showProgress(() => `${formatCount(events)} events …`);
    const report = await compareRules({
      ...sides,
      settings,
      streams,
      signal,
      onProgress: (count) => {
        events = before + count;
      },
    }).finally(() => progress.stop());
    before += report.events;
    reports.push(report);
  }
  const report = mergeComparisons(reports as [ComparisonReport, ...ComparisonReport[]]);
  writeReports(report, options);
  return exitCodeOf(report, options.failOn);
}

function comparisons(reference: string, paths: readonly string[], options: TestOptions): Comparison[] {
  const { rules } = options;
  const captures = options.capture.map((path): EventStream => ({ kind: 'capture', path, selection: {} }));
  if (rules.length === 0) return ofSuites(reference, suitesOf(paths), options, captures);
  if (captures.length === 0) throw new DocktapeError('USAGE', '-r needs events to compare over: add --capture FILE');
  return [{ rules, formerRules: rules, settings: readSettingsOptions(options), streams: captures, notes: [] }];
}

/** Suites with the same rules and settings are compared together, so that a capture of several of them is read once. */
function ofSuites(
  reference: string,
  suites: readonly Suite[],
  options: TestOptions,
  captures: readonly EventStream[],
): Comparison[] {
  const select = caseSelection(suites, options);
  const former = listsAtReference(suites, reference);
  const groups = new Map<string, Comparison>();
  suites.forEach(({ path, rules, settings, cases }, i) => {
    const { rules: formerRules, notes } = former[i] as FormerList;
    const streams = cases.filter(({ name }) => select(path, name)).flatMap((testCase) => testCase.streams);
    const key = plainText([rules, formerRules, settings]);
    const group = groups.get(key) ?? { rules, formerRules, settings, streams: captures, notes: [] };
    groups.set(key, { ...group, streams: [...group.streams, ...streams], notes: [...group.notes, ...notes] });
  });
  return [...groups.values()].map((group) => ({ ...group, streams: distinct(group.streams) }));
}

function distinct(streams: readonly EventStream[]): EventStream[] {
  return streams.filter((stream, i) => streams.findIndex((other) => isDeepStrictEqual(stream, other)) === i);
}

function exitCodeOf({ findings, rules }: ComparisonReport, failOn: TestOptions['failOn']): number {
  if (findings.some(({ severity }) => severity === 'error')) return ExitCode.failure;
  const lost = rules.some(({ lost }) => lost.count > 0);
  const any = lost || rules.some(({ gained, changed }) => gained.count > 0 || changed.count > 0);
  return (failOn === 'lost' && lost) || (failOn === 'any' && any) ? ExitCode.unmet : ExitCode.ok;
}
