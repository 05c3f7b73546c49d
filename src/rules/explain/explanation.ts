import type { PlainValue } from '../output/plain-value.js';
import type { FilePlace } from '../text/file-place.js';

/** Why a rule fires on one event, or does not. Plain data. */
export interface Explanation {
  readonly rule: string;
  /** Where the rule is defined. */
  readonly place: FilePlace;
  /** Whether the condition holds for the event. */
  readonly holds: boolean;
  /** Whether the engine raises an alert: the condition holds, and nothing of {@link obstacle} is in the way. */
  readonly fires: boolean;
  /** What keeps a rule silent besides its condition. */
  readonly obstacle?: Obstacle;
  readonly condition: ExplainedNode;
}

/** What keeps a rule silent whatever its condition says. */
export type Obstacle =
  | { readonly kind: 'disabled' }
  /** Below the configured minimum. */
  | { readonly kind: 'priority'; readonly priority: string; readonly minimum: string }
  /** Under `rule_matching: first` an earlier rule reports the event. */
  | { readonly kind: 'preempted'; readonly by: string };

/** A part of a condition, with what it came to for the event. */
export type ExplainedNode = ExplainedTerm | ExplainedGroup | ExplainedNot | ExplainedMacro;

export interface ExplainedGroup {
  readonly kind: 'and' | 'or';
  readonly holds: boolean;
  readonly children: readonly ExplainedNode[];
}

export interface ExplainedNot {
  readonly kind: 'not';
  readonly holds: boolean;
  readonly child: ExplainedNode;
}

/** A macro's condition, where the condition names the macro. */
export interface ExplainedMacro {
  readonly kind: 'macro';
  readonly name: string;
  readonly holds: boolean;
  readonly child: ExplainedNode;
}

/** A comparison, or `exists`. */
export interface ExplainedTerm {
  readonly kind: 'term';
  /** The comparison in one spelling: `docker.status in (create, start, die)`. */
  readonly text: string;
  readonly place: FilePlace;
  readonly holds: boolean;
  /** Set on one term at most: the first that makes the whole condition false, read from left to right. */
  readonly decisive: boolean;
  /** The fields (with their transformers) that it compares, and what they are on the event; null where absent. */
  readonly values: readonly { readonly operand: string; readonly value: PlainValue }[];
}
