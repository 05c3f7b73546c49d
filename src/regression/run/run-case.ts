import { type CaseProofs, proofsOf } from '../coverage/case-proofs.js';
import { ObservedRules } from '../coverage/merge-observations.js';
import { judgeGolden } from '../golden/judge-golden.js';
import { type GoldenMode, lockedGoldens } from '../golden/modes.js';
import { judgeCase } from '../judge/judge-case.js';
import type { PreparedCase } from '../judge/prepare-case.js';
import type { CaseReport, Failure, GoldenChange } from '../report.js';
import type { TestCase } from '../suite.js';
import { attachEvents } from './attach-events.js';
import { streamName } from './event-streams.js';
import type { EvaluateJob, Evaluation, StreamProblem } from './job.js';
import type { JobRunner } from './job-runner.js';
import { judgeEngines } from './judge-engines.js';
import { unmeetable } from './unmeetable.js';

/** The evaluation of a stream, which may be that of other cases too. */
export interface CaseStream {
  readonly job: EvaluateJob;
  readonly outcome: Promise<Evaluation | StreamProblem>;
}

/** A case, and the evaluations of its streams. */
export interface CaseRun {
  /** The suite's path. */
  readonly suite: string;
  readonly prepared: PreparedCase;
  readonly streams: readonly CaseStream[];
  readonly goldens: GoldenMode;
  readonly runner: JobRunner;
}

export interface CaseResult {
  readonly report: CaseReport;
  readonly golden?: GoldenChange;
  /** What it proves of rules, if it passed. */
  readonly proofs?: CaseProofs;
}

/** Judges a case as soon as its streams were evaluated. */
export async function runCase(run: CaseRun): Promise<CaseResult> {
  const { suite, prepared, goldens, runner } = run;
  const { testCase, rules } = prepared;
  const outcomes = await Promise.all(run.streams.map(({ outcome }) => outcome));
  const evaluations = outcomes.filter((outcome) => outcome.kind === 'evaluation');
  const figures = figuresOf(evaluations);
  const base = { ...caseHead(suite, testCase), ...figures };
  const { expectation, knownFailure } = testCase;
  // What cannot be read, or be met, says nothing of the rules, whatever is known of the case.
  const baseless = [...streamFailures(testCase, outcomes), ...(knownFailure === undefined ? [] : unmeetable(prepared))];
  if (baseless.length > 0) return { report: { ...base, status: 'failed', failures: baseless } };
  const streams = evaluations.map((evaluation, i) => ({ ...evaluation, name: nameOf(testCase, i) }));
  const verdict = judgeCase(prepared, streams);
  const engines = judgeEngines(prepared, streams);
  // What a golden should hold is not known while a case is known to fail, or the engines differ.
  const mode = knownFailure === undefined && engines.length === 0 ? goldens : lockedGoldens;
  const golden =
    expectation.kind === 'golden'
      ? judgeGolden({ golden: expectation, suite, streams, rules, mode })
      : { judgements: [] };
  const failures = await attachEvents(
    [...engines, ...golden.judgements, ...verdict.judgements],
    run.streams.map(({ job }) => job),
    runner,
  );
  const report: CaseReport = { ...base, ...statusOf(testCase, failures) };
  if (report.status !== 'passed') return { report, ...changeOf(golden) };
  const observed = new ObservedRules();
  for (const { observations } of evaluations) observed.add(observations);
  const proofs = proofsOf({ suite, prepared, verdict, events: figures.events, observations: observed.values() });
  return { report, proofs, ...changeOf(golden) };
}

/** A case that is not run, because its suite says so. */
export function skippedCase(suite: string, testCase: TestCase): CaseResult {
  return {
    report: { ...caseHead(suite, testCase), status: 'skipped', failures: [], events: 0, alerts: 0, seconds: 0 },
  };
}

function caseHead(
  suite: string,
  { name, place, skip, knownFailure }: TestCase,
): Pick<CaseReport, 'suite' | 'name' | 'place' | 'reason'> {
  const reason = skip ?? knownFailure;
  return { suite, name, place, ...(reason === undefined ? {} : { reason }) };
}

function figuresOf(evaluations: readonly Evaluation[]): Pick<CaseReport, 'events' | 'alerts' | 'seconds'> {
  const sum = (figure: (evaluation: Evaluation) => number) =>
    evaluations.reduce((total, one) => total + figure(one), 0);
  return {
    events: sum(({ events }) => events),
    alerts: sum(({ alerts }) => alerts.length),
    seconds: sum(({ seconds }) => seconds),
  };
}

/** Streams that cannot be read; and streams without any event, over which every rule is silent and nothing is tested. */
function streamFailures(testCase: TestCase, outcomes: readonly (Evaluation | StreamProblem)[]): Failure[] {
  const failure = (message: string, actual: readonly string[] = []): Failure => ({
    kind: 'stream',
    message,
    place: testCase.place,
    expected: [],
    actual,
  });
  const problems = outcomes.flatMap((outcome, i) => {
    if (outcome.kind === 'evaluation') return [];
    const name = nameOf(testCase, i);
    const { message, lines } = outcome;
    return [failure(message.includes(name) ? message : `${name}: ${message}`, lines)];
  });
  if (problems.length > 0 || outcomes.some((outcome) => outcome.kind === 'evaluation' && outcome.events > 0))
    return problems;
  const names = testCase.streams.map(streamName).join(', ');
  return [failure(`no event of ${names} is selected, so that nothing was tested: check session, since and until`)];
}

function statusOf(
  { place, knownFailure }: TestCase,
  failures: readonly Failure[],
): Pick<CaseReport, 'status' | 'failures'> {
  if (knownFailure === undefined) return { status: failures.length > 0 ? 'failed' : 'passed', failures };
  // What is known of the case are its rules, not that the engines differ.
  if (failures.some(({ kind }) => kind === 'engines')) return { status: 'failed', failures };
  if (failures.length > 0) return { status: 'known failure', failures };
  const message = 'the case passes now: remove its known_failure, so that it is noticed when it fails again';
  return { status: 'failed', failures: [{ kind: 'known failure', message, place, expected: [], actual: [] }] };
}

function nameOf(testCase: TestCase, index: number): string {
  const stream = testCase.streams[index];
  return stream ? streamName(stream) : '';
}

function changeOf({ change }: { readonly change?: GoldenChange }): Pick<CaseResult, 'golden'> {
  return change ? { golden: change } : {};
}
