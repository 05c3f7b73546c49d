import type { ByteString } from '../byte-string.js';
import { loadAddon } from '../native-addon.js';

/** What native/match exports. It trusts its caller: every argument is a byte string. */
interface MatchAddon {
  Regex: new (pattern: ByteString) => Regex;
  Search: new (pattern: ByteString, isWithinLine: boolean) => Search;
  fnmatch(pattern: ByteString, value: ByteString, ignoreCase: boolean): boolean;
}

/** A compiled regular expression. Matching takes time linear in the value's length. */
export interface Regex {
  /** Whether the whole value matches: Falco's `regex` is anchored at both ends. */
  fullMatch(value: ByteString): boolean;
}

/** A compiled regular expression that is searched for in bytes. Finding one match takes time linear in their number. */
export interface Search {
  /** Where the first match in the bytes from `start` to `end` begins, which may be empty; -1 when there is none. */
  first(bytes: Uint8Array, start: number, end: number): number;
  /**
   * The matches in the bytes from `start` to `end`, which are the whole text for `^`, `$` and `\b`: where each begins and ends. None
   * is empty, and none overlaps another. `undefined` when there are none.
   *
   * @param most of how many the search ends; looking for all of them may take the square of the text's length
   */
  matches(bytes: Uint8Array, start: number, end: number, most: number): readonly number[] | undefined;
  /** Whether it matches the empty string, or an empty place in a text as `\b` does. */
  matchesNothing(): boolean;
}

const addon = loadAddon('match') as MatchAddon;

/**
 * Compiles a pattern as Falco's library does: RE2, POSIX syntax, UTF-8. So there is no `\d`, `(?i)` or look-ahead, and `.`
 * is a character and not a byte.
 *
 * @throws Error with RE2's own message, such as `invalid escape sequence: \d`
 */
export function compileRegex(pattern: ByteString): Regex {
  return new addon.Regex(pattern);
}

/**
 * Compiles a pattern for searching in UTF-8: RE2 in its own syntax, which is Perl's without look-around and back references.
 *
 * @param within `line` for patterns that are not to match newlines, whatever they say
 * @throws Error with RE2's own message
 */
export function compileSearch(pattern: ByteString, within: 'line' | 'text'): Search {
  return new addon.Search(pattern, within === 'line');
}

/**
 * Whether `value` matches the glob `pattern`, by the C library's fnmatch(3) without flags, as in Falco: `*` crosses `/`, a
 * leading dot is nothing special, `\` quotes. `ignoreCase` is Falco's `iglob`. Falco's `pmatch` compares the components
 * of paths with the same function.
 */
export function globMatch(pattern: ByteString, value: ByteString, ignoreCase: boolean): boolean {
  return addon.fnmatch(pattern, value, ignoreCase);
}
