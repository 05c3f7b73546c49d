import { describe, expect, it } from 'vitest';
import { compileRegex, globMatch } from '#docktape/match/index.js';

const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('compileRegex', () => {
  it('matches the whole value only', () => {
    const regex = compileRegex('ab+');
    expect(regex.fullMatch('abbb')).toBe(true);
    expect(regex.fullMatch('xabbb')).toBe(false);
    expect(regex.fullMatch('abbbx')).toBe(false);
    expect(regex.fullMatch('')).toBe(false);
  });

  it('takes the alternative that matches the whole value, whatever their order', () => {
    expect(compileRegex('a|ab').fullMatch('ab')).toBe(true);
  });

  it('knows POSIX classes and no Perl classes', () => {
    expect(compileRegex('[[:digit:]]+').fullMatch('2026')).toBe(true);
    expect(() => compileRegex('\\d+')).toThrow('invalid escape sequence: \\d');
    expect(() => compileRegex('(?i)a')).toThrow('no argument for repetition operator: ?');
  });

  it('reports what is wrong with a pattern in the words of RE2', () => {
    expect(() => compileRegex('a(b')).toThrow('missing ): a(b');
    expect(() => compileRegex('*')).toThrow('no argument for repetition operator: *');
  });

  it('takes `.` as a character of UTF-8', () => {
    const regex = compileRegex('.');
    expect(regex.fullMatch(bytes('é'))).toBe(true);
    expect(regex.fullMatch('\xff')).toBe(false);
  });

  it('does not stop at a NUL or at the length of its buffer', () => {
    expect(compileRegex('a.b').fullMatch('a\0b')).toBe(true);
    for (const length of [1022, 1023, 1024, 1025, 5_000_000]) {
      const value = 'x'.repeat(length);
      expect(compileRegex('x*').fullMatch(value)).toBe(true);
      expect(compileRegex('x*').fullMatch(`${value}y`)).toBe(false);
    }
  });

  it('takes linear time where a backtracking engine would not end', () => {
    expect(compileRegex('(x+x+)+y').fullMatch('x'.repeat(100_000))).toBe(false);
  });
});

describe('globMatch', () => {
  it.each([
    ['*', '', true],
    ['a*c', 'a/b/c', true],
    ['*', '.hidden', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['abc', 'ABC', false],
  ])('%s on %s: %s', (pattern, value, expected) => {
    expect(globMatch(pattern, value, false)).toBe(expected);
  });

  it('ignores the case of ASCII letters when asked to', () => {
    expect(globMatch('A*[x-z]', 'abZ', true)).toBe(true);
    expect(globMatch(bytes('É'), bytes('é'), true)).toBe(false);
  });

  it('takes `?` as a byte', () => {
    expect(globMatch('?', bytes('é'), false)).toBe(false);
    expect(globMatch('??', bytes('é'), false)).toBe(true);
  });

  it('takes values longer than its buffer', () => {
    expect(globMatch('*y', `${'x'.repeat(100_000)}y`, false)).toBe(true);
    expect(globMatch('*y', `${'x'.repeat(100_000)}z`, false)).toBe(false);
  });
});
