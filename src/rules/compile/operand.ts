import type { ByteString, FieldValue } from '../event-batch.js';
import { type FieldCatalogue, isProblem } from '../fields/catalogue.js';
import { fieldText, type Operand, type OperandList, type TransformedOperand } from '../language/ast.js';
import type { Place } from '../text/source-text.js';
import type { ColumnSet, ReadColumn } from './columns.js';
import { getopt } from './getopt.js';
import { endAtNul } from './text-endings.js';
import { UNARY_TRANSFORMERS, type ValueType } from './transformers.js';

/** An operand ready to be evaluated. */
export interface CompiledOperand extends ValueType {
  /** The operand in one spelling: equal operands have equal keys. */
  readonly key: string;
  /** The columns that it reads, each once. */
  readonly columns: readonly number[];
  /** Its value where the columns have the values that `read` gives; absent when one that it needs is. */
  value(read: ReadColumn): FieldValue;
}

/** What is wrong with a condition or an output whose syntax is right. */
export class CompileFailure extends Error {
  constructor(
    message: string,
    readonly place: Place,
    /** Whether an unknown field is the reason, which a rule may declare to be harmless. */
    readonly unknownField = false,
  ) {
    super(message);
  }
}

/** Compiles operands against the fields of a source, and collects the columns that they read. */
export class OperandCompiler {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly columns: ColumnSet,
  ) {}

  /** @throws CompileFailure for an unknown field, or values that do not fit their transformer */
  compile(operand: Operand): CompiledOperand {
    switch (operand.kind) {
      case 'field':
        return this.field(operand.name, operand.arg, operand.place);
      case 'literal':
        return constant(operand.value);
      case 'operands':
        return this.list(operand);
      case 'transformer':
        return this.transformer(operand);
    }
  }

  private field(name: string, arg: ByteString | undefined, place: Place): CompiledOperand {
    const use = this.catalogue.resolve(name, arg);
    if (isProblem(use)) throw new CompileFailure(use.message, place, use.unknown);
    const column = this.columns.add(use);
    const key = fieldText({ name, ...(arg !== undefined && { arg: JSON.stringify(arg) }) });
    const { type, isList = false } = use.info;
    return { type, isList, key, columns: [column], value: (read) => read(column) };
  }

  private list({ items }: OperandList): CompiledOperand {
    const operands = items.map((item) => this.compile(item));
    const wrong = operands.findIndex(({ type }) => type !== 'string');
    if (wrong >= 0) {
      const message = `a list in a transformer holds texts, not ${describe(operands[wrong] as CompiledOperand)}`;
      throw new CompileFailure(message, (items[wrong] as Operand).place);
    }
    return combine('', operands, { type: 'string', isList: true }, (values) =>
      (values as readonly (ByteString | readonly ByteString[])[]).flat(),
    );
  }

  private transformer(operand: TransformedOperand): CompiledOperand {
    const { name, place, arg } = operand;
    const operands = operand.args.map((item) => this.compile(item));
    const [first, second] = operands as [CompiledOperand, CompiledOperand | undefined];
    if (arg !== undefined && name !== 'getopt')
      throw new CompileFailure(`${name}() takes no argument in brackets`, place);
    if ((name === 'len' || name === 'join') && operand.args.some(isOptionList)) {
      throw new CompileFailure(
        `${name}() cannot take the list that getopt() gives: Falco takes it for a single value`,
        place,
      );
    }
    const unary = UNARY_TRANSFORMERS[name];
    if (unary) {
      if (second) throw new CompileFailure(`${name}() takes one operand, not ${operands.length}`, place);
      const result = unary.result(first);
      if (!result) throw new CompileFailure(`${name}() cannot take ${describe(first)}`, place);
      return combine(name, operands, result, ([value]) => unary.apply(value as Exclude<FieldValue, undefined>));
    }
    if (name === 'concat') return concat(operands, place);
    if (name === 'join') return join(first, second, operands.length, place);
    return options(first, second, operands.length, arg, place);
  }
}

/** What a type is called in messages. */
export function describe({ type, isList }: ValueType): string {
  return isList ? `a list of ${type}` : `a value of type ${type}`;
}

function concat(operands: readonly CompiledOperand[], place: Place): CompiledOperand {
  if (operands.length < 2) throw new CompileFailure('concat() takes two operands or more', place);
  const wrong = operands.find(({ type, isList }) => type !== 'string' || isList);
  if (wrong) throw new CompileFailure(`concat() takes strings, not ${describe(wrong)}`, place);
  return combine('concat', operands, { type: 'string', isList: false }, (values) =>
    (values as readonly ByteString[]).map(endAtNul).join(''),
  );
}

function join(
  separator: CompiledOperand,
  list: CompiledOperand | undefined,
  count: number,
  place: Place,
): CompiledOperand {
  const fits = count === 2 && isString(separator, false) && list && isString(list, true);
  if (!fits)
    throw new CompileFailure('join() takes a separator and a list of strings: join("-", (FIELD, FIELD))', place);
  return combine('join', [separator, list], { type: 'string', isList: false }, ([between, items]) =>
    (items as readonly ByteString[]).map(endAtNul).join(endAtNul(between as ByteString)),
  );
}

/** `getopt(ARGS, "ab:")` is the list of options and values found; with `[b]` the last value of that option. */
function options(
  args: CompiledOperand,
  text: CompiledOperand | undefined,
  count: number,
  selected: ByteString | undefined,
  place: Place,
): CompiledOperand {
  const fits = count === 2 && isString(args, true) && text && isString(text, false);
  if (!fits) throw new CompileFailure('getopt() takes a list of strings and the options: getopt(LIST, "ab:")', place);
  if (selected !== undefined && selected.length !== 1) {
    throw new CompileFailure('the argument of getopt() must be one option letter', place);
  }
  const name = selected === undefined ? 'getopt' : `getopt[${selected}]`;
  const result = { type: 'string', isList: selected === undefined } as const;
  return combine(name, [args, text], result, ([items, letters]) => {
    const found = getopt(items as readonly ByteString[], letters as ByteString);
    if (selected === undefined) return found.flatMap(({ listed }) => listed);
    return found.findLast(({ option }) => option === selected)?.value;
  });
}

function isOptionList(operand: Operand): boolean {
  return operand.kind === 'transformer' && operand.name === 'getopt' && operand.arg === undefined;
}

function isString({ type, isList }: ValueType, list: boolean): boolean {
  return type === 'string' && isList === list;
}

function constant(value: ByteString): CompiledOperand {
  return { type: 'string', isList: false, key: JSON.stringify(value), columns: [], value: () => value };
}

/** An operand over others, absent when one of them is. */
function combine(
  name: string,
  operands: readonly CompiledOperand[],
  type: ValueType,
  apply: (values: readonly FieldValue[]) => FieldValue,
): CompiledOperand {
  return {
    ...type,
    key: `${name}(${operands.map(({ key }) => key).join(',')})`,
    columns: [...new Set(operands.flatMap(({ columns }) => columns))],
    value: (read) => {
      const values: FieldValue[] = [];
      for (const operand of operands) {
        const value = operand.value(read);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return apply(values);
    },
  };
}
