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
