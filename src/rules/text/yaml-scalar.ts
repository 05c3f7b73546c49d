import type { Scalar } from 'yaml';
import { LocatedText } from './located-text.js';
import type { SourceText } from './source-text.js';

/** Escapes of YAML's double-quoted style that stand for a code point: the letter and how many hex digits follow. */
const CODE_POINT_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The value of a YAML scalar with the place of each of its characters. A scalar's style (folded, literal, quoted, plain
 * over several lines) drops indentation and joins lines, but never reorders: so value and source are walked side by side,
 * and white space that only the source has is passed over.
 */
export function locateScalar(node: Scalar, source: SourceText): LocatedText {
  const value = String(node.value);
  const [start, end] = node.range ?? [0, 0];
  return LocatedText.mapped(value, source, offsetsOf(value, source.text.slice(0, end), start, node.type));
}

function offsetsOf(value: string, text: string, start: number, style: Scalar.Type | undefined): number[] {
  let at = contentStart(text, start, style);
  const offsets: number[] = [];
  while (offsets.length < value.length) {
    const character = value[offsets.length] as string;
    if (!isBlank(character)) at = skipBlanks(text, at, style);
    offsets.push(at);
    const size = sourceLength(text, at, style);
    if (style === 'QUOTE_DOUBLE' && /\\U/.test(text.slice(at, at + 2)) && isHighSurrogate(character)) offsets.push(at);
    // A line break of the value need not have a character of its own left in the source.
    if (!isBlank(character) || isBlank(text[at] ?? 'x') || text[at] === '\\') at += size;
  }
  return offsets;
}

function contentStart(text: string, start: number, style: Scalar.Type | undefined): number {
  if (style === 'QUOTE_DOUBLE' || style === 'QUOTE_SINGLE') return start + 1;
  // The header of a block scalar: the indicator, and perhaps a comment.
  if (style === 'BLOCK_FOLDED' || style === 'BLOCK_LITERAL') return text.indexOf('\n', start) + 1 || text.length;
  return start;
}

/** Passes over white space, and over the escaped line breaks of a double-quoted scalar. */
function skipBlanks(text: string, from: number, style: Scalar.Type | undefined): number {
  let at = from;
  for (;;) {
    if (isBlank(text[at] ?? 'x')) at++;
    else if (style === 'QUOTE_DOUBLE' && /^\\\r?\n/.test(text.slice(at, at + 3))) at += text[at + 1] === '\r' ? 3 : 2;
    else return at;
  }
}

/** How many characters of the source stand for the one at `at`. */
function sourceLength(text: string, at: number, style: Scalar.Type | undefined): number {
  if (style === 'QUOTE_SINGLE' && text.startsWith("''", at)) return 2;
  if (style !== 'QUOTE_DOUBLE' || text[at] !== '\\') return 1;
  return 2 + (CODE_POINT_ESCAPES[text[at + 1] as string] ?? 0);
}

function isBlank(character: string): boolean {
  return /[ \t\r\n]/.test(character);
}

function isHighSurrogate(character: string): boolean {
  return character >= '\ud800' && character <= '\udbff';
}
