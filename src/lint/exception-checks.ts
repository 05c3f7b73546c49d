import { type Check, checksOf } from '../rules/language/ast.js';
import type { CompiledRule } from '../rules/load/compile-rules.js';
import type { ExceptionEntry } from '../rules/load/definitions.js';
import type { Place } from '../rules/text/source-text.js';

/** The comparisons of a rule's condition that its exceptions have put there. Their fields stand where the exceptions name them. */
export function exceptionChecks({ definition, expression }: CompiledRule): ReadonlySet<Check> {
  const places = definition.exceptions.flatMap(({ fields }) => placesOf(fields));
  const isAt = (place: Place) =>
    places.some(({ source, offset }) => source === place.source && offset === place.offset);
  return new Set(checksOf(expression).filter(({ left }) => isAt(left.place)));
}

function placesOf(entry: ExceptionEntry | undefined): Place[] {
  if (entry === undefined) return [];
  return isList(entry) ? entry.flatMap(placesOf) : [entry.place(0)];
}

function isList(entry: ExceptionEntry): entry is readonly ExceptionEntry[] {
  return Array.isArray(entry);
}
