import type { RuleObservation } from '../../rules/observe/observation.js';
import type { ExpectedEntry } from '../judge/expected-entry.js';
import type { CaseVerdict } from '../judge/judge-case.js';
import type { PreparedCase } from '../judge/prepare-case.js';
import { ruleKey } from './merge-observations.js';

/** What a case that passed proves of rules, by {@link ruleKey}. */
export interface CaseProofs {
  /** `SUITE: NAME`. */
  readonly name: string;
  /** They fired as expected, and the case would have failed otherwise. */
  readonly positive: ReadonlySet<string>;
  /** They stayed silent on an event at least, and the case would have failed otherwise. */
  readonly negative: ReadonlySet<string>;
}

/** A case that passed, and what was seen over its streams. */
export interface PassedCase {
  readonly suite: string;
  readonly prepared: PreparedCase;
  readonly verdict: CaseVerdict;
  readonly events: number;
  /** Each rule once. */
  readonly observations: readonly RuleObservation[];
}

export function proofsOf({ suite, prepared, verdict, events, observations }: PassedCase): CaseProofs {
  const positive = new Set<string>();
  const negative = new Set<string>();
  for (const observation of observations) {
    const { rule, fired, preempted } = observation;
    if (isExpected(observation, prepared, verdict)) positive.add(ruleKey(observation));
    // Where an earlier rule reports the event, silence says nothing of the condition.
    if (events > fired + preempted && wouldBeToldIfFired(rule, prepared, verdict)) negative.add(ruleKey(observation));
  }
  return { name: `${suite}: ${prepared.testCase.name}`, positive, negative };
}

/** Whether the rule fired, and the case would have failed otherwise. */
function isExpected(
  { rule, fired }: RuleObservation,
  { testCase, entries }: PreparedCase,
  { fitting }: CaseVerdict,
): boolean {
  if (testCase.expectation.kind === 'golden') return fired > 0;
  const isProof = (entry: ExpectedEntry) => entry.expected.count.atLeast > 0 && (fitting.get(entry) ?? 0) > 0;
  return entries.some((entry) => entry.expected.rule === rule && isProof(entry));
}

/** Whether one more alert of the rule would have made the case fail. */
function wouldBeToldIfFired(rule: string, { testCase, entries }: PreparedCase, { fitting }: CaseVerdict): boolean {
  const { expectation, forbid } = testCase;
  if (expectation.kind === 'golden' || forbid.some((forbidden) => forbidden.rule === rule)) return true;
  const ofRule = entries.filter((entry) => entry.expected.rule === rule);
  const isFull = (entry: ExpectedEntry) => fitting.get(entry) === entry.expected.count.atMost;
  if (ofRule.some((entry) => entry.isBare && isFull(entry))) return true;
  return !expectation.allowOther && ofRule.every(isFull);
}
