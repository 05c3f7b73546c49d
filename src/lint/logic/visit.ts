import type { Expression } from '../../rules/language/ast.js';
import type { Formula, Formulas } from './formula.js';

/** A part of a condition, and what is the case where it matters. */
export interface Part {
  readonly expression: Expression;
  /** False behind an odd number of `not`. */
  readonly positive: boolean;
  /** What holds, besides the part, on the events whose fate it decides. */
  readonly around: readonly Formula[];
  /** Of that, what stands in the same macro, or in the rule itself. */
  readonly local: readonly Formula[];
}

/**
 * Visits the parts of a condition from the whole to the comparisons.
 *
 * @param visitor returns false to leave out what is inside of the part
 */
export function visitParts(expression: Expression, formulas: Formulas, visitor: (part: Part) => boolean): void {
  visit({ expression, positive: true, around: [], local: [] }, formulas, visitor);
}

function visit(part: Part, formulas: Formulas, visitor: (part: Part) => boolean): void {
  if (!visitor(part)) return;
  const { expression, positive, around } = part;
  switch (expression.kind) {
    case 'check':
      return;
    case 'not':
      visit({ ...part, expression: expression.child, positive: !positive }, formulas, visitor);
      return;
    case 'macro':
      if (expression.expression)
        visit({ expression: expression.expression, positive, around, local: [] }, formulas, visitor);
      return;
    case 'and':
    case 'or':
      for (const child of expression.children) {
        const others = othersOf(child, expression, positive, formulas);
        const context = { around: [...around, ...others], local: [...part.local, ...others] };
        visit({ expression: child, positive, ...context }, formulas, visitor);
      }
  }
}

/**
 * What the other parts must be for one of them to matter: of an `and`, they hold. Of an `or` behind `not` they do not; of any
 * other `or` they are left open, since its parts are alternatives that are written side by side.
 */
function othersOf(
  child: Expression,
  { kind, children }: Extract<Expression, { readonly children: readonly Expression[] }>,
  positive: boolean,
  formulas: Formulas,
): Formula[] {
  if (kind === 'or' && positive) return [];
  return children.filter((other) => other !== child).map((other) => formulas.of(other, kind === 'and'));
}
