import { expect, test } from 'vitest';
import { printableLines } from '#docktape/rules/output/printable.js';
import { shortened, wrap } from '#docktape/text/lines.js';

test('lines are broken at blanks, and long words stay whole', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', '  three']);
  expect(wrap('one  two', 20)).toEqual(['one  two']);
  expect(wrap(`a ${'x'.repeat(30)} b`, 10, 4)).toEqual(['a', `    ${'x'.repeat(30)}`, '    b']);
  expect(wrap('', 10)).toEqual(['']);
  const text = 'the quick brown fox jumps over the lazy dog '.repeat(20).trim();
  const lines = wrap(text, 40);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
});

test('no word that GitHub would take for a command comes to the start of a line', () => {
  const text = 'aaaa bbbb ::stop-commands::x cccc ##[group]y ::error::z';
  for (let width = 1; width < 60; width++) {
    expect(wrap(text, width).filter((line) => /^\s*(::|##)/.test(line))).toEqual([]);
  }
});

test('control characters are escaped but for the tabs and ends of lines of an excerpt', () => {
  expect(printableLines('a\u001b[31m\r\n\tb\u0000')).toEqual(['a\\u001b[31m', '\tb\\u0000']);
});

test('long lists say how much more there is', () => {
  expect(shortened(['a', 'b'], 2)).toEqual(['a', 'b']);
  expect(shortened(['a', 'b', 'c', 'd'], 2)).toEqual(['a', 'b', '… and 2 more']);
});
