import type { Expression, Literal, Operand } from '../language/ast.js';
import { fieldsOf } from '../output/format-parser.js';

/** Fields of plugins for Kubernetes audit events and for JSON, which once had this text where they were absent. */
const UNSAFE_FIELD = /^(ka|jevt)\./;
const NO_VALUE = '<NA>';

const EQUALITY = ['=', '!=', 'in', 'intersects', 'pmatch'];

/** The first comparison of such a field with `<NA>`, which Falco warns of: absence is tested with `exists`. */
export function unsafeCheck(expression: Expression): Literal | undefined {
  switch (expression.kind) {
    case 'and':
    case 'or':
      for (const child of expression.children) {
        const found = unsafeCheck(child);
        if (found) return found;
      }
      return undefined;
    case 'not':
      return unsafeCheck(expression.child);
    case 'macro':
      return expression.expression && unsafeCheck(expression.expression);
    case 'check': {
      const { left, operator, modifier, right } = expression;
      if (modifier || !EQUALITY.includes(operator) || !isUnsafe(left)) return undefined;
      const literals = right?.kind === 'literals' ? right.items : right?.kind === 'literal' ? [right] : [];
      return literals.find(({ value }) => value === NO_VALUE);
    }
  }
}

/** Whether the last field in the operand is one. */
function isUnsafe(operand: Operand): boolean {
  return UNSAFE_FIELD.test(fieldsOf(operand).at(-1)?.name ?? '');
}
