import { CompileFailure } from '../compile/operand.js';
import type { FieldOperand, Operand } from '../language/ast.js';
import { parseFieldOrTransformer } from '../language/operand-parser.js';
import { Scanner, SyntaxFailure } from '../language/scanner.js';
import type { LocatedText } from '../text/located-text.js';

/** A part of an output format: text as it is, or what an operand yields, padded or cut to `width` bytes. */
export type FormatPart =
  | { readonly kind: 'text'; readonly bytes: string }
  | { readonly kind: 'operand'; readonly operand: Operand; readonly width?: number };

/** Whether an operand can be compiled; throws what is wrong with it. */
export type CheckOperand = (operand: Operand) => void;

/**
 * Parses an output format: text with `%field`, `%field[arg]`, `%transformer(…)` and `%Nfield` in it. The longest text
 * after a `%` that reads as a field or a transformer is its name. A `*` at the start is dropped: in Falco it asks for
 * output even when fields are absent, which rules always get.
 *
 * @throws SyntaxFailure for a `%` at the end, CompileFailure for one that names no field
 */
export function parseFormat(text: LocatedText, check: CheckOperand): FormatPart[] {
  const { bytes } = text;
  if (bytes.trim() === '') throw new SyntaxFailure('an output must have something in it', text.place(0));
  const parts: FormatPart[] = [];
  let at = bytes.startsWith('*') ? 1 : 0;
  while (at < bytes.length) {
    const percent = bytes.indexOf('%', at);
    const end = percent < 0 ? bytes.length : percent;
    if (end > at) parts.push({ kind: 'text', bytes: bytes.slice(at, end) });
    if (percent < 0) break;
    const width = /^\d*/.exec(bytes.slice(percent + 1))?.[0] ?? '';
    const start = percent + 1 + width.length;
    if (start >= bytes.length) throw new SyntaxFailure('a field must follow the % at the end', text.place(percent));
    const { operand, length } = longestOperand(text.slice(start), check);
    parts.push({ kind: 'operand', operand, ...(Number(width) > 0 && { width: Number(width) }) });
    at = start + length;
  }
  return parts;
}

/** The longest prefix that is a known field or a transformer over known fields. */
function longestOperand(text: LocatedText, check: CheckOperand): { operand: Operand; length: number } {
  let problem = { message: 'a field must follow the %', place: text.place(0) };
  for (let length = text.bytes.length; length > 0; length--) {
    const scanner = new Scanner(text.slice(0, length));
    try {
      const operand = parseFieldOrTransformer(scanner);
      if (!operand) break;
      check(operand);
      return { operand, length: scanner.index };
    } catch (error) {
      if (!(error instanceof SyntaxFailure || error instanceof CompileFailure)) throw error;
      // What is wrong with the longest reading is what its author wants to know.
      if (length === text.bytes.length) problem = error;
    }
  }
  throw new CompileFailure(problem.message, problem.place, true);
}

/** The fields in an operand, in order. */
export function fieldsOf(operand: Operand): FieldOperand[] {
  switch (operand.kind) {
    case 'field':
      return [operand];
    case 'literal':
      return [];
    case 'operands':
      return operand.items.flatMap(fieldsOf);
    case 'transformer':
      return operand.args.flatMap(fieldsOf);
  }
}
