import { expect, test } from 'vitest';
import { quoted } from '#docktape/text/quoted.js';

test.each([
  ['a value', "'a value'"],
  ['', "''"],
  [undefined, "''"],
  ['two\nlines, \u001b[31mred, \u2028 and \u0085', "'two\ufffdlines, \ufffd[31mred, \ufffd and \ufffd'"],
  ['x'.repeat(60), `'${'x'.repeat(60)}'`],
  ['x'.repeat(10_000), `'${'x'.repeat(59)}…'`],
  ['🐳'.repeat(61), `'${'🐳'.repeat(59)}…'`],
])('%j is shown as %s', (value, shown) => {
  expect(quoted(value)).toBe(shown);
});
