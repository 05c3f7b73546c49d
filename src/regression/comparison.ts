import type { Finding } from '../rules/finding.js';
import type { FilePlace } from '../rules/text/file-place.js';

/** What the rules as they are say otherwise than the rules as they were, over the same events. */
export interface ComparisonReport {
  readonly kind: 'comparison';
  /** What the rules are compared with: a git reference with its commit, or a folder. */
  readonly before: string;
  /** What could not be compared or had another name, a sentence each: rules files that there were not, or are no more. */
  readonly notes: readonly string[];
  readonly streams: readonly string[];
  readonly events: number;
  /** Every rule of either side, in the order of the rules as they are, then those that are gone. */
  readonly rules: readonly RuleComparison[];
  /** Problems of either side's rules. With an error among them nothing was compared. */
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

export interface RuleComparison {
  readonly rule: string;
  /** Where it is defined now; absent for a rule that is gone. */
  readonly place?: FilePlace;
  readonly state: 'kept' | 'added' | 'removed';
  /** How many alerts both sides raise alike. */
  readonly same: number;
  readonly lost: AlertChanges;
  readonly gained: AlertChanges;
  /** Alerts that both sides raise on the same event, but with another text, priority, tags or fields. */
  readonly changed: AlertChanges;
}

export interface AlertChanges {
  readonly count: number;
  /** The first of them, as many as are worth keeping. */
  readonly first: readonly AlertChange[];
}

export interface AlertChange {
  readonly stream: string;
  /** The event number. */
  readonly event: number;
  /** The event in one line, as `docktape show` prints it. */
  readonly line: string;
  /** The alert's text on either side that has one. */
  readonly before?: string;
  readonly after?: string;
  /** Rules of the other side that report the event instead. */
  readonly others: readonly string[];
}
