import type { ByteString } from '../byte-string.js';
import { loadAddon } from '../native-addon.js';

/** What native/match exports. It trusts its caller: every argument is a byte string. */
interface MatchAddon {
  Regex: new (pattern: ByteString) => Regex;
  fnmatch(pattern: ByteString, value: ByteString, ignoreCase: boolean): boolean;
}

/** A compiled regular expression. Matching takes time linear in the value's length. */
export interface Regex {
  /** Whether the whole value matches: Falco's `regex` is anchored at both ends. */
  fullMatch(value: ByteString): boolean;
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
 * Whether `value` matches the glob `pattern`, by the C library's fnmatch(3) without flags, as in Falco: `*` crosses `/`, a
 * leading dot is nothing special, `\` quotes. `ignoreCase` is Falco's `iglob`. Falco's `pmatch` compares the components
 * of paths with the same function.
 */
export function globMatch(pattern: ByteString, value: ByteString, ignoreCase: boolean): boolean {
  return addon.fnmatch(pattern, value, ignoreCase);
}
