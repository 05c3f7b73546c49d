/** The text of a JSON string, in UTF-8, which knows where it stands in the line. */
export interface DecodedText {
  readonly bytes: Uint8Array;
  /** For each byte, where that begins and ends in the line which it stands for: a byte, a character or an escape. */
  readonly begins: Uint32Array;
  readonly ends: Uint32Array;
}

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** By the letter behind the backslash: the code of the character. */
const SHORT_ESCAPES: ReadonlyMap<number | undefined, number> = new Map(
  [...'"\\/bfnrt'].map((letter) => [letter.charCodeAt(0), String(JSON.parse(`"\\${letter}"`)).charCodeAt(0)]),
);

/** Decodes what stands between the quotes of a JSON string. Its escapes have to be right ({@link escapeLength}). */
export function decodeText(line: Uint8Array, start: number, end: number): DecodedText {
  const bytes = new Uint8Array(end - start);
  const begins = new Uint32Array(end - start);
  const ends = new Uint32Array(end - start);
  let length = 0;
  const add = (byte: number, begin: number, stop: number) => {
    bytes[length] = byte;
    begins[length] = begin;
    ends[length] = stop;
    length += 1;
  };
  for (let at = start; at < end; ) {
    const begin = at;
    if (line[at] === BACKSLASH) {
      const { text, next } = readEscape(line, at, end);
      at = next;
      // No escape is shorter than the UTF-8 of what it stands for.
      for (const byte of Buffer.from(text, 'utf8')) add(byte, begin, at);
    } else {
      at = endOfCharacter(line, at, end);
      for (let part = begin; part < at; part += 1) add(line[part] as number, begin, at);
    }
  }
  return { bytes: bytes.subarray(0, length), begins, ends };
}

/** How long the escape is that begins with the backslash at `at`; 0 when it is none. */
export function escapeLength(line: Uint8Array, at: number, end: number): 0 | 2 | 6 {
  if (at + 1 < end && SHORT_ESCAPES.has(line[at + 1])) return 2;
  return unitAt(line, at, end) === undefined ? 0 : 6;
}

/** A character's first byte and those that continue it, so that none is ever cut in two. */
function endOfCharacter(line: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  if ((line[at] as number) < 0x80) return next;
  while (next < end && ((line[next] as number) & 0xc0) === 0x80) next += 1;
  return next;
}

function readEscape(line: Uint8Array, at: number, end: number): { text: string; next: number } {
  const first = unitAt(line, at, end);
  if (first === undefined) {
    return { text: String.fromCharCode(SHORT_ESCAPES.get(line[at + 1]) ?? 0), next: at + 2 };
  }
  const second = first >= 0xd800 && first <= 0xdbff ? unitAt(line, at + 6, end) : undefined;
  if (second === undefined || second < 0xdc00 || second > 0xdfff) {
    return { text: String.fromCharCode(first), next: at + 6 };
  }
  return { text: String.fromCharCode(first, second), next: at + 12 };
}

/** The code unit of `\uXXXX`; `undefined` when that is not what stands there. */
function unitAt(line: Uint8Array, at: number, end: number): number | undefined {
  if (at + 6 > end || line[at] !== BACKSLASH || line[at + 1] !== LETTER_U) return undefined;
  const digits = String.fromCharCode(...line.subarray(at + 2, at + 6));
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
