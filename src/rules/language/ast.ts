import type { ByteString } from '../event-batch.js';
import type { Place } from '../text/source-text.js';
import type { Modifier, Operator, Transformer } from './operators.js';

/** A condition. Every node knows where it was written, also after macros were put in. */
export type Expression = LogicalExpression | NotExpression | MacroReference | Check;

export interface LogicalExpression {
  readonly kind: 'and' | 'or';
  readonly children: readonly Expression[];
}

export interface NotExpression {
  readonly kind: 'not';
  readonly child: Expression;
}

export interface MacroReference {
  readonly kind: 'macro';
  readonly name: string;
  readonly place: Place;
  /** The macro's condition; absent until references are resolved. */
  readonly expression?: Expression;
}

/** A comparison, or `exists`, which has no right side. */
export interface Check {
  readonly kind: 'check';
  readonly left: Operand;
  readonly operator: Operator;
  readonly modifier?: Modifier;
  readonly right?: Operand | LiteralList;
  readonly operatorPlace: Place;
}

/** What yields a value: a field, a transformer over operands, a value, or (in transformers only) a list of operands. */
export type Operand = FieldOperand | TransformedOperand | Literal | OperandList;

export interface FieldOperand {
  readonly kind: 'field';
  readonly name: string;
  readonly arg?: ByteString;
  readonly place: Place;
}

export interface TransformedOperand {
  readonly kind: 'transformer';
  readonly name: Transformer;
  readonly args: readonly Operand[];
  readonly arg?: ByteString;
  readonly place: Place;
}

export interface Literal {
  readonly kind: 'literal';
  readonly value: ByteString;
  readonly place: Place;
}

export interface OperandList {
  readonly kind: 'operands';
  readonly items: readonly Operand[];
  readonly place: Place;
}

/** The right side of a list operator or of a modifier. */
export interface LiteralList {
  readonly kind: 'literals';
  readonly items: readonly Literal[];
  readonly place: Place;
}

/** `docker.attributes[name]`: how a field is written, and what a JSON alert calls it. */
export function fieldText({ name, arg }: { readonly name: string; readonly arg?: ByteString }): ByteString {
  return arg === undefined ? name : `${name}[${arg}]`;
}

/** The checks of a condition from left to right, those in macros where the macro stands. */
export function checksOf(expression: Expression): Check[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.children.flatMap(checksOf);
    case 'not':
      return checksOf(expression.child);
    case 'macro':
      return expression.expression ? checksOf(expression.expression) : [];
    case 'check':
      return [expression];
  }
}

/** What a check compares that can differ from event to event: its left side, and its right side when that is no constant. */
export function comparedOperands({ left, right }: Check): Operand[] {
  return right === undefined || right.kind === 'literal' || right.kind === 'literals' ? [left] : [left, right];
}
