import { describe, expect, it } from 'vitest';
import { compileSearch } from '#docktape/match/index.js';

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('compileSearch', () => {
  it('finds all matches in a part of the bytes, which is the whole text for anchors', () => {
    const bytes = Buffer.from('xxaab aabxx');
    const search = compileSearch('a+b', 'text');
    expect(search.matches(bytes, 2, 9, 9)).toEqual([2, 5, 6, 9]);
    expect(search.matches(bytes, 3, 8, 9)).toEqual([3, 5]);
    expect(search.first(bytes, 4, 11)).toBe(6);
    expect(search.first(bytes, 9, 11)).toBe(-1);
    expect(search.matches(bytes, 9, 11, 9)).toBeUndefined();
    expect(compileSearch('^a', 'text').matches(bytes, 2, 9, 9)).toEqual([2, 3]);
    expect(compileSearch('b$', 'text').matches(bytes, 2, 9, 9)).toEqual([8, 9]);
    expect(compileSearch('\\ba', 'text').matches(bytes, 3, 9, 9)).toEqual([3, 4, 6, 7]);
  });

  it('stays within the bytes, whatever part it is told', () => {
    const search = compileSearch('a', 'text');
    const bytes = Buffer.from('aa').subarray(0, 1);
    expect(search.matches(bytes, 0, 5, 9)).toEqual([0, 1]);
    expect(search.first(bytes, 7, 9)).toBe(-1);
    expect(search.first(bytes, 1, 0)).toBe(-1);
  });

  it('ends after as many matches as were asked for', () => {
    expect(compileSearch('a', 'text').matches(Buffer.from('aaaa'), 0, 4, 2)).toEqual([0, 1, 1, 2]);
  });

  it('passes over empty matches', () => {
    expect(compileSearch(latin1('\\b|é'), 'text').matches(Buffer.from('a é b'), 0, 6, 9)).toEqual([2, 4]);
    expect(compileSearch('x*', 'text').matches(Buffer.from('axxa'), 0, 4, 9)).toEqual([1, 3]);
  });

  it('does not leave a line when it is not to', () => {
    const bytes = Buffer.from('ab\ncd');
    expect(compileSearch('[^x]+', 'text').matches(bytes, 0, 5, 9)).toEqual([0, 5]);
    expect(compileSearch('[^x]+', 'line').matches(bytes, 0, 5, 9)).toEqual([0, 2, 3, 5]);
    expect(compileSearch('b\\sc', 'line').first(bytes, 0, 5)).toBe(-1);
  });

  it('knows Perl classes and flags, and characters of UTF-8', () => {
    expect(compileSearch(latin1('(?i)\\dÄ'), 'text').matches(Buffer.from('5ä'), 0, 3, 9)).toEqual([0, 3]);
    expect(compileSearch('^.$', 'text').first(Buffer.from('ä'), 0, 2)).toBe(0);
  });

  it.each([
    ['', true],
    ['x*', true],
    ['\\b', true],
    ['$', true],
    ['x+', false],
    ['^x', false],
  ])('says whether %j matches where there is nothing', (pattern, nothing) => {
    expect(compileSearch(pattern, 'text').matchesNothing()).toBe(nothing);
  });

  it('reports what is wrong with a pattern in the words of RE2', () => {
    expect(() => compileSearch('a(b', 'text')).toThrow('missing ): a(b');
    expect(() => compileSearch('a(?!b)', 'text')).toThrow('invalid perl operator: (?!');
  });

  it('takes linear time where a backtracking engine would not end', () => {
    expect(compileSearch('(x+x+)+y', 'text').first(Buffer.alloc(100_000, 'x'), 0, 100_000)).toBe(-1);
  });
});
