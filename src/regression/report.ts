import type { Explanation } from '../rules/explain/explanation.js';
import type { Finding } from '../rules/finding.js';
import type { RuleObservation } from '../rules/observe/observation.js';
import type { PlainValue } from '../rules/output/plain-value.js';
import type { FilePlace } from '../rules/text/file-place.js';

/** What a run of suites came to. Reporters print it and compute nothing. */
export interface TestReport {
  readonly kind: 'test';
  readonly suites: readonly SuiteReport[];
  readonly totals: Readonly<Record<CaseStatus, number>>;
  readonly coverage: CoverageReport;
  /** Goldens that were written, with what changed in them. */
  readonly goldens: readonly GoldenChange[];
  readonly seconds: number;
  /** The Falco whose alerts were judged; without it, the embedded engine's were. */
  readonly falco?: FalcoReport;
}

export interface FalcoReport {
  readonly version: string;
  /** Whether the embedded engine was compared with it. */
  readonly compared: boolean;
}

export interface SuiteReport {
  readonly path: string;
  /** What is wrong with the rules, and what lint found. With an error among them no case was run. */
  readonly findings: readonly Finding[];
  readonly cases: readonly CaseReport[];
}

/** `known failure`: it fails, as its suite says that it does. */
export type CaseStatus = 'passed' | 'failed' | 'skipped' | 'known failure';

export interface CaseReport {
  readonly suite: string;
  readonly name: string;
  readonly place: FilePlace;
  readonly status: CaseStatus;
  /** Why it is skipped, or known to fail. */
  readonly reason?: string;
  /** Empty unless the status is `failed` or `known failure`. */
  readonly failures: readonly Failure[];
  readonly events: number;
  readonly alerts: number;
  readonly seconds: number;
}

/** One thing that is not as a case says. */
export interface Failure {
  readonly kind: FailureKind;
  /** One sentence, which names the rule and what is wrong. */
  readonly message: string;
  /** Where the suite says what was expected. */
  readonly place: FilePlace;
  readonly rule?: string;
  /** Where the rule is defined, if it is. */
  readonly rulePlace?: FilePlace;
  /** What was expected, a line each; of `engines` what Falco says. */
  readonly expected: readonly string[];
  /** What came, a line each; of `engines` what the embedded engine says. */
  readonly actual: readonly string[];
  /** The event that came nearest to what was expected, or that raised what was not. */
  readonly event?: ReportedEvent;
}

/**
 * `missing`: too few alerts; `surplus`: more than the count allows; `unexpected`: nobody expected it; `forbidden`; `golden`: it
 * differs, or is missing; `known failure`: the case passes; `stream`: the events could not be read, or Falco failed; `engines`: the embedded engine
 * says something else than Falco.
 */
export type FailureKind =
  | 'missing'
  | 'surplus'
  | 'unexpected'
  | 'forbidden'
  | 'golden'
  | 'known failure'
  | 'stream'
  | 'engines';

/** An event of a stream, for people. */
export interface ReportedEvent {
  /** The capture's path, or `events` for inline ones. */
  readonly stream: string;
  /** The event number. */
  readonly event: number;
  /** The event in one line, as `docktape show` prints it. */
  readonly line: string;
  /** The fields that the rule looks at, and what they are; null where absent. */
  readonly fields: readonly { readonly field: string; readonly value: PlainValue }[];
  /** Why the rule fired, or did not. */
  readonly explanation?: Explanation;
}

/** Which rules are tested, and how well. */
export interface CoverageReport {
  readonly rules: readonly RuleCoverage[];
  /** From 0 to 100: the share of the rules that have a positive and a negative case. 0 when there are no rules. */
  readonly percent: number;
}

export interface RuleCoverage extends RuleObservation {
  /** The cases (`SUITE: NAME`) that passed, in which it fired as expected, and would have failed otherwise. */
  readonly positive: readonly string[];
  /** The cases that passed and would have failed had it fired, in which it stayed silent on an event at least. */
  readonly negative: readonly string[];
}

export interface GoldenChange {
  readonly path: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
