import { decodeText, escapeLength } from './decoded-text.js';

/** What a value is by its place in an event. */
export interface Place {
  /** The places of what stands below keys, in an object that is here; without it, keys do not matter. */
  readonly members?: Members;
  /** What to visit of a value that is here: nothing; each of its strings; or the value as one, whatever it is. */
  readonly take: 'nothing' | 'strings' | 'all';
}

/** Which place is below which key. */
export interface Members {
  /** @param key its bytes in `bytes` from `start` to `end`, without quotes, in UTF-8 */
  below(bytes: Uint8Array, start: number, end: number): Place;
}

/** Where strings matter, wherever they are below. */
export const STRINGS: Place = { take: 'strings' };

/** Where nothing matters, nor anything below. */
const NOTHING: Place = { take: 'nothing' };

/**
 * Hears of each value whose place says so: of a string where its text begins and ends, without the quotes, and whether it has
 * escapes; of a value that is taken as one where it begins and ends.
 */
export type Visitor = (place: Place, start: number, end: number, hasEscapes: boolean) => void;

const DEEPEST = 200;

const WORD = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$/;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Visits the values of the JSON text (RFC 8259) in the bytes from `start` to `end`, without making anything of them. That its bytes are
 * UTF-8 is not looked at.
 *
 * @returns whether it is such a text, and no deeper than 200 levels; where it is not, some values may have been visited
 */
export function visitValues(bytes: Uint8Array, start: number, end: number, root: Place, visit: Visitor): boolean {
  let at = start;
  /** Whether the last string had escapes. */
  let hasEscapes = false;

  function skipSpace(): number | undefined {
    for (; at < end; at += 1) {
      const byte = bytes[at];
      if (byte !== SPACE && byte !== NEWLINE && byte !== RETURN && byte !== TAB) return byte;
    }
    return undefined;
  }

  /** From an opening quote to behind the closing one. */
  function skipString(): boolean {
    hasEscapes = false;
    // A variable of its own: this loop takes most of the time.
    for (let next = at + 1; next < end; next += 1) {
      const byte = bytes[next];
      if (byte === QUOTE) {
        at = next + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        const length = escapeLength(bytes, next, end);
        if (length === 0) return false;
        hasEscapes = true;
        next += length - 1;
      } else if ((byte as number) < SPACE) {
        return false;
      }
    }
    return false;
  }

  function value(place: Place, depth: number): boolean {
    const first = skipSpace();
    const begin = at;
    const inside = place.take === 'all' ? NOTHING : place;
    let isGood: boolean;
    if (first === QUOTE) {
      isGood = skipString();
      if (isGood && place.take === 'strings') visit(place, begin + 1, at - 1, hasEscapes);
    } else if (first === OPENING_BRACE) {
      isGood = depth < DEEPEST && object(inside, depth + 1);
    } else if (first === OPENING_BRACKET) {
      isGood = depth < DEEPEST && list(inside, depth + 1);
    } else {
      isGood = skipWord();
    }
    if (isGood && place.take === 'all') visit(place, begin, at, false);
    return isGood;
  }

  function object(place: Place, depth: number): boolean {
    at += 1;
    if (skipSpace() === CLOSING_BRACE) return closed();
    for (;;) {
      if (skipSpace() !== QUOTE) return false;
      const begin = at;
      if (!skipString()) return false;
      let below = place.take === 'nothing' ? NOTHING : STRINGS;
      if (place.members && !hasEscapes) {
        below = place.members.below(bytes, begin + 1, at - 1);
      } else if (place.members) {
        const key = decodeText(bytes, begin + 1, at - 1).bytes;
        below = place.members.below(key, 0, key.length);
      }
      if (skipSpace() !== COLON) return false;
      at += 1;
      if (!value(below, depth)) return false;
      const next = skipSpace();
      if (next === CLOSING_BRACE) return closed();
      if (next !== COMMA) return false;
      at += 1;
    }
  }

  function list(place: Place, depth: number): boolean {
    at += 1;
    if (skipSpace() === CLOSING_BRACKET) return closed();
    const element = place.take === 'nothing' ? NOTHING : STRINGS;
    for (;;) {
      if (!value(element, depth)) return false;
      const next = skipSpace();
      if (next === CLOSING_BRACKET) return closed();
      if (next !== COMMA) return false;
      at += 1;
    }
  }

  function closed(): true {
    at += 1;
    return true;
  }

  /** A number, `true`, `false` or `null`. */
  function skipWord(): boolean {
    const begin = at;
    while (at < end && isWordByte(bytes[at] as number)) at += 1;
    return WORD.test(Buffer.from(bytes.buffer, bytes.byteOffset + begin, at - begin).toString('latin1'));
  }

  return value(root, 0) && skipSpace() === undefined;
}

/** Letters, digits, `+`, `-` and `.`. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
