import { describe, expect, it } from 'vitest';
import { prepareTest } from '#docktape/regression/judge/value-test.js';
import type { ValueTest } from '#docktape/regression/suite.js';
import type { PlainValue } from '#docktape/rules/output/plain-value.js';

/** What a value lacks; undefined when it passes. */
function difference(test: ValueTest, value: PlainValue): string | undefined {
  return prepareTest(test)(value);
}

describe('tests of values', () => {
  it.each<[ValueTest, PlainValue]>([
    [{ kind: 'equals', value: 'sh' }, 'sh'],
    [{ kind: 'equals', value: '137' }, 137n],
    [{ kind: 'equals', value: 137n }, '137'],
    [{ kind: 'equals', value: true }, true],
    [{ kind: 'equals', value: ['a', 'b'] }, ['a', 'b']],
    [{ kind: 'equals', value: '(a,b)' }, ['a', 'b']],
    [{ kind: 'equals', value: '' }, ''],
    [{ kind: 'contains', text: 'é' }, 'café'],
    [{ kind: 'contains', text: '' }, ''],
    [{ kind: 'regex', pattern: 'caf.' }, 'café'],
    [{ kind: 'regex', pattern: '[0-9]+' }, 137n],
    [{ kind: 'absent' }, null],
  ])('%o holds for %o', (test, value) => {
    expect(difference(test, value)).toBeUndefined();
  });

  it.each<[ValueTest, PlainValue, string]>([
    [{ kind: 'equals', value: 'sh' }, 'ls', 'is "ls", not "sh"'],
    [{ kind: 'equals', value: 137n }, 0n, 'is 0, not 137'],
    [{ kind: 'equals', value: '' }, null, 'is absent, not ""'],
    [{ kind: 'equals', value: ['a'] }, ['b', 'c'], 'is (b,c), not (a)'],
    [{ kind: 'contains', text: 'sh' }, 'SH', 'is "SH", which does not contain "sh"'],
    [{ kind: 'contains', text: '' }, null, 'is absent, which does not contain ""'],
    [{ kind: 'regex', pattern: '[0-9]+' }, 'x1', 'is "x1", which does not match [0-9]+'],
    [{ kind: 'regex', pattern: '.*' }, null, 'is absent, which does not match .*'],
    [{ kind: 'absent' }, '', 'is "", not absent'],
    [{ kind: 'absent' }, false, 'is false, not absent'],
  ])('%o does not hold for %o', (test, value, text) => {
    expect(difference(test, value)).toBe(text);
  });
});
