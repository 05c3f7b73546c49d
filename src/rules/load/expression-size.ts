import type { Expression } from '../language/ast.js';

/** How large a condition is when its macros' conditions stand for their names. */
export interface ExpressionSize {
  /** How many levels of `and`, `or`, `not` and macros it has. */
  readonly levels: number;
  readonly checks: number;
}

/** Sizes of expressions. Each is counted once: a macro's condition is one and the same wherever the macro is used. */
export class ExpressionSizes {
  private readonly known = new WeakMap<Expression, ExpressionSize>();

  of(expression: Expression): ExpressionSize {
    const known = this.known.get(expression);
    if (known) return known;
    const size = this.count(expression);
    this.known.set(expression, size);
    return size;
  }

  private count(expression: Expression): ExpressionSize {
    switch (expression.kind) {
      case 'check':
        return { levels: 0, checks: 1 };
      case 'not':
        return this.around([expression.child]);
      case 'macro':
        return this.around(expression.expression ? [expression.expression] : []);
      case 'and':
      case 'or':
        return this.around(expression.children);
    }
  }

  private around(children: readonly Expression[]): ExpressionSize {
    let levels = 0;
    let checks = 0;
    for (const child of children) {
      const size = this.of(child);
      levels = Math.max(levels, size.levels);
      checks += size.checks;
    }
    return { levels: levels + 1, checks };
  }
}
