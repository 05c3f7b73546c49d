import type { ByteString } from '../event-batch.js';

/** `\ ` stands for a backslash: Falco keeps that for rules that were written so. */
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  ' ': '\\',
  '\\': '\\',
  '/': '/',
};

/**
 * The value of what stands between quotes.
 *
 * @param quote the quote around it: only that one may be escaped
 * @returns the value, or what is wrong with the escape at `index`
 */
export function unquote(content: ByteString, quote: string): ByteString | { message: string; index: number } {
  let value = '';
  for (let i = 0; i < content.length; i++) {
    if (content[i] !== '\\') {
      value += content[i];
      continue;
    }
    const index = i++;
    const letter = content[i] ?? '';
    if (letter === quote) value += quote;
    else {
      const escaped = ESCAPES[letter];
      if (escaped === undefined)
        return { message: `unknown escape \\${letter} in a string; a backslash is \\\\`, index };
      value += escaped;
    }
  }
  return value;
}
