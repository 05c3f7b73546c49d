import type { Failure } from '../report.js';
import { ALERTS_SHOWN, alertLine, alertLines, timesText } from './alert-lines.js';
import { countText, type ExpectedEntry } from './expected-entry.js';
import { type EventQuestion, type Judgement, questionAbout, type Sighting, type StreamAlerts } from './judgement.js';

/** What became of an entry of `expect`. */
export interface EntryResult {
  readonly entry: ExpectedEntry;
  readonly fitting: readonly Sighting[];
  /** Alerts of its rule that it does not fit, but another entry does. */
  readonly others: readonly Sighting[];
  /** Alerts of its rule that no entry fits. */
  readonly misfits: readonly Sighting[];
}

/** A judgement, and the alerts that it has said enough of. */
export interface EntryJudgement {
  readonly judgements: readonly Judgement[];
  readonly told: readonly Sighting[];
}

/** Whether an entry has as many alerts as it wants. */
export function judgeEntry(result: EntryResult, streams: readonly StreamAlerts[]): EntryJudgement {
  const { entry, fitting, misfits } = result;
  const { rule, count } = entry.expected;
  if (entry.problems.length > 0) return { judgements: problemsOf(entry), told: misfits };
  if (fitting.length < count.atLeast) return missing(result, streams);
  if (fitting.length <= count.atMost) return { judgements: [], told: [] };
  const message = `expected ${countText(count)} of "${rule}"${asDescribed(entry)}, but it fired ${timesText(fitting.length)}`;
  const failure = failureOf(entry, 'surplus', message, alertLines(fitting, streams));
  const beyond = fitting[count.atMost];
  return { judgements: [{ failure, ...(beyond && { question: questionAbout(beyond) }) }], told: [] };
}

function problemsOf(entry: ExpectedEntry): Judgement[] {
  return entry.problems.map(({ message, place }) => ({ failure: { ...failureOf(entry, 'missing', message), place } }));
}

/** Too few alerts: those of the rule that came nearest, or why there are none. */
function missing({ entry, fitting, others, misfits }: EntryResult, streams: readonly StreamAlerts[]): EntryJudgement {
  const { rule, count } = entry.expected;
  const fired = fitting.length + others.length + misfits.length;
  const nearest = nearestAlerts(
    entry,
    misfits.length > 0 ? misfits : others,
    Math.min(count.atLeast - fitting.length, ALERTS_SHOWN),
  );
  const events = streams.reduce((sum, stream) => sum + stream.events, 0);
  const otherwise = fired === 0 ? `it did not fire on any of ${events} events` : `it fired ${timesText(fired)}`;
  const fit = fired === fitting.length ? '' : fitting.length === 0 ? ', never so' : `, ${timesText(fitting.length)} so`;
  const message = `expected ${countText(count)} of "${rule}"${asDescribed(entry)}, but ${otherwise}${fit}`;
  const actual = [
    ...alertLines(fitting, streams),
    ...nearest.flatMap((sighting) => [
      alertLine(sighting, streams),
      ...entry.differences(sighting.alert).map((difference) => `  ${difference}`),
    ]),
  ];
  const failure = failureOf(entry, 'missing', message, actual);
  const question = missingQuestion(entry, fitting, nearest[0]);
  return { judgements: [{ failure, ...(question && { question }) }], told: nearest };
}

/** The alerts with the fewest differences, in stream order among equals. */
function nearestAlerts(entry: ExpectedEntry, misfits: readonly Sighting[], most: number): Sighting[] {
  const distances = misfits.map((sighting) => ({ sighting, distance: entry.differences(sighting.alert).length }));
  distances.sort((a, b) => a.distance - b.distance);
  return distances.slice(0, most).map(({ sighting }) => sighting);
}

/**
 * An event that is named and raised nothing explains most; else the nearest alert; else what came nearest to the condition. Where
 * all alerts fit, that would be one of theirs.
 */
function missingQuestion(
  { expected: { rule, event } }: ExpectedEntry,
  fitting: readonly Sighting[],
  nearest: Sighting | undefined,
): EventQuestion | undefined {
  if (event !== undefined && fitting.length === 0 && nearest?.alert.event !== event) return { rule, event };
  if (nearest) return questionAbout(nearest);
  return fitting.length === 0 ? { rule } : undefined;
}

function asDescribed(entry: ExpectedEntry): string {
  return entry.isBare ? '' : ' as described';
}

function failureOf(
  entry: ExpectedEntry,
  kind: 'missing' | 'surplus',
  message: string,
  actual: readonly string[] = [],
): Failure {
  const { rulePlace } = entry;
  const { rule, place } = entry.expected;
  return { kind, message, place, rule, ...(rulePlace && { rulePlace }), expected: entry.describe(), actual };
}
