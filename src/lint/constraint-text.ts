import type { Check, Expression } from '../rules/language/ast.js';
import { checkText } from '../rules/language/check-text.js';
import type { Place } from '../rules/text/source-text.js';
import type { Constraint } from './logic/formula.js';

/** How much of a comparison a message quotes, in characters: lists can be long. */
const MOST_QUOTED = 70;

/** A comparison as a message quotes it. */
export function quotedCheck(check: Check): string {
  const characters = [...checkText(check)];
  const text =
    characters.length > MOST_QUOTED ? `${characters.slice(0, MOST_QUOTED - 1).join('')}…` : characters.join('');
  return `\`${text}\``;
}

/** What constraints are there that cannot hold together, in words: each as somebody wrote it, once. */
export function conflictText(conflict: readonly Constraint[]): string {
  const written = writtenOf(conflict);
  const texts = [...new Set(written.map(constraintText))];
  const [first = '', ...others] = texts;
  if (others.length === 0) return `${first} never holds`;
  const together = `${[first, ...others].join(' and ')} cannot ${others.length > 1 ? 'all' : 'both'} hold`;
  const implied = conflict.find(({ source }) => source !== undefined);
  if (!implied?.source) return together;
  return `${together}: ${fieldOf(implied.source)} is only there where ${quotedCheck(implied.comparison.check)}`;
}

/** What constraints are there of which no event is known that meets them all, in words. */
export function combinationText(conflict: readonly Constraint[]): string {
  return [...new Set(writtenOf(conflict).map(constraintText))].join(' with ');
}

/** The place of the last of the constraints, which is where a reader sees what is wrong. */
export function conflictPlace(conflict: readonly Constraint[]): Place | undefined {
  return writtenOf(conflict).at(-1)?.comparison.check.left.place;
}

/** Where a part of a condition begins. */
export function placeOf(expression: Expression): Place {
  switch (expression.kind) {
    case 'check':
      return expression.left.place;
    case 'macro':
      return expression.place;
    case 'not':
      return placeOf(expression.child);
    case 'and':
    case 'or':
      return placeOf(expression.children[0] as Expression);
  }
}

function constraintText({ comparison, holds }: Constraint): string {
  const quoted = quotedCheck(comparison.check);
  return holds ? quoted : `\`not ${quoted.slice(1)}`;
}

function writtenOf(conflict: readonly Constraint[]): Constraint[] {
  return conflict.map((constraint) => constraint.source ?? constraint);
}

function fieldOf({ comparison }: Constraint): string {
  const { left } = comparison.check;
  return left.kind === 'field' ? left.name : 'its field';
}
