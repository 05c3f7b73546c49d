import type { Selection } from '../capture/selection.js';
import type { FalcoSettings } from '../falco/settings.js';
import type { PlainValue } from '../rules/output/plain-value.js';
import type { Priority } from '../rules/priority.js';
import type { FilePlace } from '../rules/text/file-place.js';

/** A suite as it was read, with its defaults filled in. Paths are relative to the working directory, or absolute. */
export interface Suite {
  /** The suite's file, as the user called it. */
  readonly path: string;
  /** Rules files and folders, in order, as `-r` takes them. */
  readonly rules: readonly string[];
  readonly settings: FalcoSettings;
  readonly cases: readonly TestCase[];
}

/** What some events must make the rules say. */
export interface TestCase {
  /** Unique in its suite. */
  readonly name: string;
  readonly place: FilePlace;
  /** At least one. */
  readonly streams: readonly EventStream[];
  readonly expectation: Expectation;
  /** Rules that must stay silent. */
  readonly forbid: readonly { readonly rule: string; readonly place: FilePlace }[];
  /** Why the case is not run. */
  readonly skip?: string;
  /** Why the case is known to fail: it counts as passed while it fails, and as failed once it passes. */
  readonly knownFailure?: string;
}

/** Events that a case is about: those of a capture, or some that stand in the suite. */
export type EventStream = CaptureStream | InlineStream;

export interface CaptureStream {
  readonly kind: 'capture';
  readonly path: string;
  readonly selection: Selection;
}

export interface InlineStream {
  readonly kind: 'inline';
  /** The first event has event number 1. */
  readonly events: readonly InlineEvent[];
}

export interface InlineEvent {
  /** Nanoseconds since the epoch. */
  readonly ts: bigint;
  /** The line that the daemon would have sent, without its newline. */
  readonly payload: string;
}

export type Expectation = ExpectedAlerts | ExpectedGolden;

export interface ExpectedAlerts {
  readonly kind: 'alerts';
  /** Empty for `expect: none`. */
  readonly alerts: readonly ExpectedAlert[];
  /** Whether alerts that no entry of `alerts` is about are fine. */
  readonly allowOther: boolean;
}

export interface ExpectedGolden {
  readonly kind: 'golden';
  /** The file that holds the exact alerts. */
  readonly path: string;
  readonly place: FilePlace;
}

/** An entry of `expect`. It is about every alert that all of it fits; how many those must be, `count` says. */
export interface ExpectedAlert {
  readonly rule: string;
  readonly place: FilePlace;
  /** Without a count in the suite: at least one. */
  readonly count: { readonly atLeast: number; readonly atMost: number };
  readonly priority?: Priority;
  /** Tags that the alert must have, perhaps among others. */
  readonly tags: readonly string[];
  /** The rule's output with the fields filled in, without time and priority. */
  readonly output?: ValueTest;
  /** Any fields of the event, also such as the rule's output does not have. */
  readonly fields: readonly { readonly field: string; readonly place: FilePlace; readonly test: ValueTest }[];
  /** The number of the event that it must come from. */
  readonly event?: number;
}

/**
 * A test of a value. `equals` compares the texts, so that 137 is equal to "137". `regex` is RE2 in POSIX syntax over the whole
 * value, as the operator of rules. Where a value is absent, only `absent` holds.
 */
export type ValueTest =
  | { readonly kind: 'equals'; readonly value: Exclude<PlainValue, null> }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'absent' };
