import { messageOf } from '../../errors.js';
import { compileRegex } from '../../match/index.js';
import { toText } from '../bytes.js';
import type { FieldValue } from '../event-batch.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import type { Check, Literal, LiteralList, Operand } from '../language/ast.js';
import type { Operator } from '../language/operators.js';
import type { Place } from '../text/source-text.js';
import { type Network, parseNetwork } from './addresses.js';
import { literalWarnings } from './check-warnings.js';
import type { ReadColumn } from './columns.js';
import { operatorsOf, type Test, testOf } from './comparison.js';
import { parseLiteral, type Scalar, type ScalarType } from './literals.js';
import { networkTest } from './network-test.js';
import { type CompiledOperand, CompileFailure, describe, type OperandCompiler } from './operand.js';
import { endAtNul, endsAtNul, isTerminated } from './text-endings.js';

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
    const left = this.operand(check.left, check.operator);
    const operators = operatorsOf(left);
    if (!operators.includes(check.operator)) {
      const message = `${check.operator} does not work on ${describe(left)}; these do: ${operators.join(' ')}`;
      throw new CompileFailure(message, check.operatorPlace);
    }
    const { right } = check;
    if (right === undefined) return existence(left);
    if (right.kind === 'literal' || right.kind === 'literals') return this.constantTerm(check, left, right);
    if (joinsValues(check.left)) {
      const message =
        'what join(), concat() and getopt() give can only be compared with constant values: Falco crashes otherwise';
      throw new CompileFailure(message, check.operatorPlace);
    }
    const term = fieldTerm(check.operator, left, this.operand(right, check.operator), check.operatorPlace);
    const isMembership = check.operator === 'in' || check.operator === 'intersects';
    const differ = left.isList ? isTerminated(check.left) !== isTerminated(right) : isTerminated(right);
    return isMembership && differ ? { ...term, test: NEVER } : term;
  }

  private operand(operand: Operand, operator: Operator): CompiledOperand {
    const compiled = this.operands.compile(operand);
    if (!endsAtNul(operand, operator)) return compiled;
    const end = (value: FieldValue) => (typeof value === 'string' ? endAtNul(value) : value);
    return { ...compiled, value: (read) => end(compiled.value(read)) };
  }

  private constantTerm(check: Check, left: CompiledOperand, right: Literal | LiteralList): Term {
    const { operator, modifier } = check;
    const literals = right.kind === 'literal' ? [right] : right.items;
    const key = (values: unknown) => [left.key, operator, modifier ?? '', JSON.stringify(values, bigintText)].join(' ');
    if (left.type === 'ipnet') {
      const networks = literals.map((literal) => this.network(operator, literal));
      return term(key(networks), left, networkTest(operator, modifier, networks));
    }
    const { type } = left;
    const values = literals.map((literal) => this.scalar(operator, literal, type));
    const test = left.isList && isTerminated(check.left) ? NEVER : testOf(operator, modifier, values);
    return term(key(values), left, test);
  }

  private scalar(operator: Operator, literal: Literal, type: ScalarType): Scalar {
    const value = parseLiteral(literal.value, type);
    if (value instanceof Error) throw new CompileFailure(value.message, literal.place);
    if (operator === 'regex') checkRegex(literal);
    this.warnAbout(operator, literal);
    return value;
  }

  private network(operator: Operator, literal: Literal): Network {
    const network = parseNetwork(literal.value);
    if (!network) {
      const message = `'${toText(literal.value)}' is not a network such as 10.0.0.0/8 or fe80::/10`;
      throw new CompileFailure(message, literal.place);
    }
    this.warnAbout(operator, literal);
    return network;
  }

  private warnAbout(operator: Operator, literal: Literal): void {
    for (const warning of literalWarnings(operator, literal, this.catalogue)) this.warn(warning, literal.place);
  }
}

const NEVER = () => false;

/** Whether the operand's value is that of a transformer of several operands, perhaps with others around it. */
function joinsValues(operand: Operand): boolean {
  if (operand.kind !== 'transformer') return false;
  const { name, args } = operand;
  return name === 'join' || name === 'concat' || name === 'getopt' || joinsValues(args[0] as Operand);
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
  if (left.type === 'ipnet') throw new CompileFailure('networks stand on the right of an ipnet, not fields', place);
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
