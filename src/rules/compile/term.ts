import { messageOf } from '../../errors.js';
import { compileRegex } from '../../match/index.js';
import { toText } from '../bytes.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import type { Check, Literal, LiteralList } from '../language/ast.js';
import type { Operator } from '../language/operators.js';
import type { Place } from '../text/source-text.js';
import { literalWarnings } from './check-warnings.js';
import type { ReadColumn } from './columns.js';
import { operatorsOf, type Test, testOf } from './comparison.js';
import { parseLiteral, type Scalar } from './literals.js';
import { type CompiledOperand, CompileFailure, describe, type OperandCompiler } from './operand.js';
import type { ValueType } from './transformers.js';

/** A check ready to be evaluated. */
export interface Term {
  /** The check in one spelling: terms of equal keys are the same. */
  readonly key: string;
  /** The columns that it reads, each once. */
  readonly columns: readonly number[];
  /** Whether it holds. When a value that it needs is absent, it does not, whatever the operator. */
  test(read: ReadColumn): boolean;
}

export type Warn = (message: string, place: Place) => void;

/** Compiles checks to terms. */
export class TermCompiler {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly operands: OperandCompiler,
    private readonly warn: Warn,
  ) {}

  /** @throws CompileFailure for fields, types or values that do not fit together */
  compile(check: Check): Term {
    const left = this.operands.compile(check.left);
    const operators = operatorsOf(left);
    if (!operators.includes(check.operator)) {
      const message = `${check.operator} does not work on ${describe(left)}; these do: ${operators.join(' ')}`;
      throw new CompileFailure(message, check.operatorPlace);
    }
    const { right } = check;
    if (right === undefined) return existence(left);
    if (right.kind === 'literal' || right.kind === 'literals') return this.constantTerm(check, left, right);
    return fieldTerm(check.operator, left, this.operands.compile(right), check.operatorPlace);
  }

  private constantTerm(check: Check, left: CompiledOperand, right: Literal | LiteralList): Term {
    const { operator, modifier } = check;
    const literals = right.kind === 'literal' ? [right] : right.items;
    const values = literals.map((literal) => this.literalValue(operator, literal, left));
    const key = [left.key, operator, modifier ?? '', JSON.stringify(values, bigintText)].join(' ');
    return term(key, left, testOf(operator, modifier, values));
  }

  private literalValue(operator: Operator, literal: Literal, left: ValueType): Scalar {
    const value = parseLiteral(literal.value, left.type);
    if (value instanceof Error) throw new CompileFailure(value.message, literal.place);
    if (operator === 'regex') checkRegex(literal);
    for (const warning of literalWarnings(operator, literal, this.catalogue)) this.warn(warning, literal.place);
    return value;
  }
}

function existence(operand: CompiledOperand): Term {
  const { key, columns } = operand;
  return { key: `${key} exists`, columns, test: (read) => operand.value(read) !== undefined };
}

function term(key: string, left: CompiledOperand, test: Test): Term {
  return {
    key,
    columns: left.columns,
    test: (read) => {
      const value = left.value(read);
      return value !== undefined && test(value);
    },
  };
}

/** A comparison of two operands, which must be of one type. */
function fieldTerm(operator: Operator, left: CompiledOperand, right: CompiledOperand, place: Place): Term {
  if (operator === 'pmatch' || operator === 'regex') {
    throw new CompileFailure(`${operator} takes constant values only on its right`, place);
  }
  if (left.type === 'ipaddr' || left.type === 'ipnet') {
    throw new CompileFailure(`fields of type ${left.type} can only be tested with exists`, place);
  }
  if (left.type !== right.type || left.isList !== right.isList) {
    throw new CompileFailure(`${describe(left)} cannot be compared with ${describe(right)}`, place);
  }
  return {
    key: `${left.key} ${operator} val ${right.key}`,
    columns: [...new Set([...left.columns, ...right.columns])],
    test: (read) => {
      const value = left.value(read);
      if (value === undefined) return false;
      const other = right.value(read);
      if (other === undefined) return false;
      const values = (Array.isArray(other) ? other : [other]) as readonly Scalar[];
      return testOf(operator, undefined, values)(value);
    },
  };
}

/** Compiles a regular expression for its error, which then has the place of the literal. */
function checkRegex({ value, place }: Literal): void {
  try {
    compileRegex(value);
  } catch (error) {
    const message = `'${toText(value)}' is not a regular expression of RE2 in POSIX syntax: ${messageOf(error)}`;
    throw new CompileFailure(message, place);
  }
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
