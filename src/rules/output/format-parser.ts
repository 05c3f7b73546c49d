import { CompileFailure } from '../compile/operand.js';
import type { FieldOperand, Operand } from '../language/ast.js';
import { parseFieldOrTransformer } from '../language/operand-parser.js';
import { Scanner, SyntaxFailure } from '../language/scanner.js';
import type { LocatedText } from '../text/located-text.js';
import type { Place } from '../text/source-text.js';

/** Falco takes any width, and pads every alert to it. */
const MAX_WIDTH = 100_000;

/** No field has a longer name. */
const MAX_NAME = 1000;

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
    if (Number(width) > MAX_WIDTH) {
      throw new SyntaxFailure(`a field is padded to ${MAX_WIDTH} bytes at most`, text.place(percent));
    }
    const { operand, end: next } = longestOperand(text, start, check);
    parts.push({ kind: 'operand', operand, ...(Number(width) > 0 && { width: Number(width) }) });
    at = next;
  }
  return parts;
}

/** The longest stretch from `start` on that is a known field or a transformer over known fields. */
function longestOperand(text: LocatedText, start: number, check: CheckOperand): { operand: Operand; end: number } {
  let problem: { message: string; place: Place } | undefined;
  let end = text.bytes.length;
  while (end > start) {
    const scanner = new Scanner(text, start, end);
    let operand: Operand | undefined;
    try {
      operand = parseFieldOrTransformer(scanner);
      if (!operand) break;
      check(operand);
      return { operand, end: scanner.index };
    } catch (error) {
      if (!(error instanceof SyntaxFailure || error instanceof CompileFailure)) throw error;
      // What is wrong with the longest reading is what its author wants to know.
      problem ??= error;
      end = Math.min(end - 1, shorterEnd(scanner, operand, start, end));
    }
  }
  const { message, place } = problem ?? { message: 'a field must follow the %', place: text.place(start) };
  throw new CompileFailure(message, place, true);
}

/** Where the next shorter stretch ends that could be read in another way than the one up to `end`, which failed. */
function shorterEnd(scanner: Scanner, operand: Operand | undefined, start: number, end: number): number {
  // What is cut within its last token lacks the same as before.
  if (!operand) return scanner.index < end ? scanner.index : scanner.lastToken;
  const isName = operand.kind === 'field' && operand.arg === undefined;
  return isName ? Math.min(scanner.index - 1, start + MAX_NAME) : scanner.index - 1;
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
