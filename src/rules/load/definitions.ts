import type { ByteString } from '../event-batch.js';
import type { Priority } from '../priority.js';
import type { LocatedText } from '../text/located-text.js';
import type { Place } from '../text/source-text.js';

/** What a list, macro or rule has in common once it is collected. */
export interface Definition {
  readonly name: string;
  readonly place: Place;
}

export interface ListItem {
  readonly value: ByteString;
  readonly place: Place;
}

export interface ListDefinition extends Definition {
  readonly items: readonly ListItem[];
}

export interface MacroDefinition extends Definition {
  readonly condition: LocatedText;
}

/** A value, field or operator of an exception: one text, or a list of them. */
export type ExceptionEntry = LocatedText | readonly ExceptionEntry[];

export function isList(entry: ExceptionEntry | undefined): entry is readonly ExceptionEntry[] {
  return Array.isArray(entry);
}

/** An exception as it was written; `fields` and `comps` may be left to the exception that it adds values to. */
export interface ExceptionDefinition extends Definition {
  readonly fields: ExceptionEntry | undefined;
  readonly comps: ExceptionEntry | undefined;
  readonly values: readonly ExceptionEntry[];
}

/** What a later item may change of a rule. */
export interface RuleParts {
  readonly condition: LocatedText;
  readonly output: LocatedText;
  readonly desc: LocatedText;
  readonly priority: Priority;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  readonly exceptions: readonly ExceptionDefinition[];
  readonly enabled: boolean;
  readonly skipIfUnknownFilter: boolean;
}

export interface RuleDefinition extends Definition, RuleParts {
  readonly source: string;
  /** False when no event of that source can come: the rule is remembered, so that it can be changed, but never run. */
  readonly knownSource: boolean;
}

/** An item that changes a rule: `append: true`, or `override`. */
export interface RuleUpdate extends Definition {
  /** "" when the item names no source. */
  readonly source: string;
  readonly parts: Partial<RuleParts>;
}
