import { isDeepStrictEqual } from 'node:util';
import { DocktapeError } from '../../errors.js';
import { compareRules } from '../../regression/against/compare-rules.js';
import { mergeComparisons } from '../../regression/against/merge-comparisons.js';
import { rulesAtReference } from '../../regression/against/rules-at-reference.js';
import type { ComparisonReport } from '../../regression/comparison.js';
import type { EventStream, Suite } from '../../regression/suite.js';
import { readRulesFiles } from '../../rules/rules-files.js';
import { ExitCode } from '../exit-codes.js';
import { showProgress } from '../progress.js';
import { formatCount } from '../quantities.js';
import { readSettingsOptions } from '../rules-options.js';
import type { TestOptions } from './options.js';
import { writeReports } from './reports.js';
import { suitesOf } from './run.js';
import { caseSelection } from './selection.js';

/** The same rules, then and now, and the events to compare them over. */
type Comparison = Pick<Suite, 'rules' | 'settings'> & { readonly streams: readonly EventStream[] };

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
  const reports: ComparisonReport[] = [];
  let before = 0;
  for (const { rules, settings, streams } of comparisons(paths, options)) {
    const sides = { before: rulesAtReference(rules, reference), after: readRulesFiles(rules) };
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
  writeReports(report, options.reporter, { coverage: false });
  return exitCodeOf(report, options.failOn);
}

function comparisons(paths: readonly string[], options: TestOptions): Comparison[] {
  const captures = options.capture.map((path): EventStream => ({ kind: 'capture', path, selection: {} }));
  if (options.rules.length === 0) return ofSuites(suitesOf(paths), options, captures);
  if (captures.length === 0) throw new DocktapeError('USAGE', '-r needs events to compare over: add --capture FILE');
  return [{ rules: options.rules, settings: readSettingsOptions(options), streams: captures }];
}

/** Suites with the same rules and settings are compared together, so that a capture of several of them is read once. */
function ofSuites(suites: readonly Suite[], options: TestOptions, captures: readonly EventStream[]): Comparison[] {
  const select = caseSelection(options);
  const groups: (Pick<Suite, 'rules' | 'settings'> & { streams: EventStream[] })[] = [];
  for (const { path, rules, settings, cases } of suites) {
    const streams = cases.filter(({ name }) => select(path, name)).flatMap((testCase) => testCase.streams);
    const group = groups.find((known) => isDeepStrictEqual([known.rules, known.settings], [rules, settings]));
    if (group) group.streams.push(...streams);
    else groups.push({ rules, settings, streams: [...captures, ...streams] });
  }
  return groups.map((group) => ({ ...group, streams: distinct(group.streams) }));
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
