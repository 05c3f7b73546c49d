import type { ByteString } from '../event-batch.js';
import type { FieldOperand, Literal, Operand, OperandList, TransformedOperand } from './ast.js';
import { TRANSFORMERS, type Transformer } from './operators.js';
import type { Scanner } from './scanner.js';

const TRANSFORMER_CALLS = TRANSFORMERS.map((name) => `${name}(` as const);

/** A field or a transformer; undefined when neither starts here. */
export function parseFieldOrTransformer(scanner: Scanner): FieldOperand | TransformedOperand | undefined {
  return parseField(scanner) ?? parseTransformer(scanner);
}

/** The right side of a check when it is `val(FIELD)` or a transformer. */
export function parseRightOperand(scanner: Scanner): Operand | undefined {
  scanner.blanks();
  if (!scanner.token('val(')) return parseTransformer(scanner);
  scanner.blanks();
  const field = parseField(scanner);
  if (!field) throw scanner.failure(`val() takes a field, ${scanner.excerpt()} is none`);
  closeCall(scanner, 'val');
  if (scanner.text.bytes[scanner.index] === '[') throw scanner.failure('val() takes no argument in brackets');
  return field;
}

function parseField(scanner: Scanner): FieldOperand | undefined {
  const { index } = scanner;
  const name = scanner.fieldName();
  if (name === undefined) return undefined;
  return withArgument(scanner, { kind: 'field', name, place: scanner.text.place(index) });
}

function parseTransformer(scanner: Scanner): TransformedOperand | undefined {
  const { index } = scanner;
  const call = scanner.oneOf(TRANSFORMER_CALLS);
  if (!call) return undefined;
  const name = call.slice(0, -1) as Transformer;
  const args: Operand[] = [];
  do args.push(scanner.nested(() => parseArgument(scanner)));
  while (scanner.token(','));
  closeCall(scanner, name);
  return withArgument(scanner, { kind: 'transformer', name, args, place: scanner.text.place(index) });
}

function parseArgument(scanner: Scanner): Operand {
  scanner.blanks();
  const { place } = scanner;
  const operand = scanner.token('(') ? parseOperandList(scanner, place) : parseListable(scanner);
  if (!operand) {
    throw scanner.failure(
      `a transformer takes a field, a transformer, a string in quotes, a number or a list of these, not ${scanner.excerpt()}`,
    );
  }
  scanner.blanks();
  return operand;
}

function parseOperandList(scanner: Scanner, place: OperandList['place']): OperandList {
  const items: Operand[] = [];
  scanner.blanks();
  if (scanner.token(')')) return { kind: 'operands', items, place };
  do {
    scanner.blanks();
    const item = parseListable(scanner);
    if (!item) {
      throw scanner.failure(
        `a list in a transformer holds fields, transformers, strings in quotes and numbers, not ${scanner.excerpt()}`,
      );
    }
    items.push(item);
    scanner.blanks();
  } while (scanner.token(','));
  if (!scanner.token(')')) throw scanner.failure(`the list must end with ')', not with ${scanner.excerpt()}`);
  return { kind: 'operands', items, place };
}

/** What may stand in a list and alone. A number comes before a field, as a field starts with a letter. */
function parseListable(scanner: Scanner): Operand | undefined {
  const { place } = scanner;
  const value = scanner.number() ?? scanner.quotedString();
  if (value !== undefined) return { kind: 'literal', value, place } satisfies Literal;
  return parseFieldOrTransformer(scanner);
}

function closeCall(scanner: Scanner, name: string): void {
  scanner.blanks();
  if (!scanner.token(')')) throw scanner.failure(`${name}( must end with ')', not with ${scanner.excerpt()}`);
}

/** Reads `[ARGUMENT]` behind a field or a transformer, when there is one. */
function withArgument<T extends FieldOperand | TransformedOperand>(scanner: Scanner, operand: T): T {
  if (!scanner.token('[')) return operand;
  const arg: ByteString | undefined = scanner.quotedString() ?? scanner.fieldArgument();
  if (arg === undefined)
    throw scanner.failure(`an argument must stand in the brackets, plain or in quotes, not ${scanner.excerpt()}`);
  if (!scanner.token(']')) throw scanner.failure(`the argument must end with ']', not with ${scanner.excerpt()}`);
  return { ...operand, arg };
}
