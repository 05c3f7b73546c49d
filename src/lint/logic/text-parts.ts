import type { ByteString } from '../../rules/event-batch.js';
import type { Operator } from '../../rules/language/operators.js';
import type { Constraint } from './formula.js';

/** Operators that say of a text what it begins with, ends with or contains. */
const PARTS: readonly Operator[] = ['startswith', 'endswith', 'contains'];

/** A part that a text has, or must not have. */
interface Part {
  readonly operator: Operator;
  readonly text: ByteString;
  readonly constraint: Constraint;
}

/** Constraints on the parts of one text that cannot hold together, though each could alone. */
export function conflictingParts(constraints: readonly Constraint[]): readonly Constraint[] | undefined {
  const parts = constraints.flatMap(partOf);
  const had = parts.filter(({ constraint }) => constraint.holds);
  for (const part of had) {
    for (const other of parts) {
      const conflict = other.constraint.holds ? excludes(part, other) : includes(part, other);
      if (conflict) return [part.constraint, other.constraint];
    }
  }
  return undefined;
}

/** What a constraint says of a part; nothing where it has several values or another operator. */
function partOf(constraint: Constraint): Part[] {
  const { check, values } = constraint.comparison;
  const text = values?.[0];
  if (!PARTS.includes(check.operator) || check.modifier !== undefined || typeof text !== 'string') return [];
  return [{ operator: check.operator, text, constraint }];
}

/** Whether no text has both parts: two beginnings, or two ends, of which neither goes on as the other. */
function excludes(part: Part, other: Part): boolean {
  if (part.operator !== other.operator) return false;
  if (part.operator === 'startswith') return !part.text.startsWith(other.text) && !other.text.startsWith(part.text);
  if (part.operator === 'endswith') return !part.text.endsWith(other.text) && !other.text.endsWith(part.text);
  return false;
}

/** Whether a text that has the part has the other one, too. */
function includes(part: Part, other: Part): boolean {
  if (other.operator === 'contains') return part.text.includes(other.text);
  if (part.operator !== other.operator) return false;
  return part.operator === 'startswith' ? part.text.startsWith(other.text) : part.text.endsWith(other.text);
}
