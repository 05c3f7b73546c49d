import type { FilePlace } from '../text/file-place.js';

/**
 * What an engine saw of a rule over the events it evaluated. Plain data; those of several streams are added up by rule and by
 * the index of the term.
 */
export interface RuleObservation {
  readonly rule: string;
  readonly place: FilePlace;
  /** How many alerts it raised. */
  readonly fired: number;
  /** How many events its condition held for that an earlier rule reported, under `rule_matching: first`. */
  readonly preempted: number;
  /** By which earlier rules, and how often. */
  readonly preemptedBy: Readonly<Record<string, number>>;
  /** The comparisons of the condition, from left to right, those in macros where the macro stands. */
  readonly terms: readonly TermObservation[];
}

/** What became of a comparison of a condition, each time that the parts before it left it to be asked. */
export interface TermObservation {
  readonly text: string;
  readonly place: FilePlace;
  readonly whenTrue: number;
  readonly whenFalse: number;
  /** How often, among the times it was asked, a value that it needs was absent. */
  readonly absent: number;
}
