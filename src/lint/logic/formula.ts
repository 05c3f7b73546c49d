import type { Expression } from '../../rules/language/ast.js';
import type { Comparison, Comparisons } from './comparison.js';

/** A condition in negation normal form: `not` stands at comparisons only, as their {@link Constraint.holds}. */
export type Formula = Constraint | Junction;

/** A comparison that must hold, or must not. Where a value is absent no comparison holds. */
export interface Constraint {
  readonly kind: 'constraint';
  readonly comparison: Comparison;
  readonly holds: boolean;
  /** The constraint of a condition that this one follows from, when nobody wrote it. */
  readonly source?: Constraint;
}

export interface Junction {
  readonly kind: 'all' | 'any';
  readonly parts: readonly Formula[];
}

/** Turns conditions into formulas, each part of them once. */
export class Formulas {
  private readonly known = { true: new WeakMap<Expression, Formula>(), false: new WeakMap<Expression, Formula>() };

  constructor(private readonly comparisons: Comparisons) {}

  /** The formula that the condition holds, or that it does not. */
  of(expression: Expression, holds: boolean): Formula {
    const known = this.known[`${holds}`];
    const formula = known.get(expression) ?? this.convert(expression, holds);
    known.set(expression, formula);
    return formula;
  }

  private convert(expression: Expression, holds: boolean): Formula {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return {
          kind: (expression.kind === 'and') === holds ? 'all' : 'any',
          parts: expression.children.map((child) => this.of(child, holds)),
        };
      case 'not':
        return this.of(expression.child, !holds);
      case 'macro':
        if (!expression.expression) throw new TypeError(`the macro ${expression.name} is not resolved`);
        return this.of(expression.expression, holds);
      case 'check':
        return { kind: 'constraint', comparison: this.comparisons.of(expression), holds };
    }
  }
}
