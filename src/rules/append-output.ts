import type { RuleDefinition } from './load/definitions.js';

/** An entry of Falco's setting `append_output`: what is added to the output of the rules that it is for. */
export interface AppendOutput {
  /** Rules of this source only, with all of these tags, and of this name. */
  readonly source?: string;
  readonly tags: readonly string[];
  readonly rule?: string;
  /** Added to the text, after a blank. */
  readonly format?: string;
  /** Added to a JSON alert's fields: formatted texts, by name. */
  readonly formattedFields: ReadonlyMap<string, string>;
  /** Added to a JSON alert's fields as they are. */
  readonly rawFields: readonly string[];
}

/** Whether an entry is for a rule. */
export function appliesTo(entry: AppendOutput, { name, source, tags }: RuleDefinition): boolean {
  if (entry.source !== undefined && entry.source !== source) return false;
  if (entry.rule !== undefined && entry.rule !== name) return false;
  return entry.tags.every((tag) => tags.includes(tag));
}
