import { compileRegex } from '../../match/index.js';
import { toBytes } from '../../rules/bytes.js';
import type { PlainValue } from '../../rules/output/plain-value.js';
import type { ValueTest } from '../suite.js';

/** What a value lacks to pass a test, as it goes on after the value's name; undefined when it passes. */
export type Difference = (value: PlainValue) => string | undefined;

/** A test ready to be used. Its pattern is one that RE2 takes. */
export function prepareTest(test: ValueTest): Difference {
  if (test.kind === 'absent') return (value) => (value === null ? undefined : `is ${shown(value)}, not absent`);
  const passes = predicateOf(test);
  const otherwise = OTHERWISE[test.kind];
  return (value) => {
    if (value === null) return `is absent, ${otherwise} ${wanted(test)}`;
    return passes(plainText(value)) ? undefined : `is ${shown(value)}, ${otherwise} ${wanted(test)}`;
  };
}

/** What a test wants, as it goes on after the value's name. */
export function describeTest(test: ValueTest): string {
  switch (test.kind) {
    case 'equals':
      return `is ${wanted(test)}`;
    case 'contains':
      return `contains ${wanted(test)}`;
    case 'regex':
      return `matches ${wanted(test)}`;
    case 'absent':
      return 'is absent';
  }
}

type PresentTest = Exclude<ValueTest, { readonly kind: 'absent' }>;

const OTHERWISE: Readonly<Record<PresentTest['kind'], string>> = {
  equals: 'not',
  contains: 'which does not contain',
  regex: 'which does not match',
};

function wanted(test: PresentTest): string {
  if (test.kind === 'equals') return shown(test.value);
  return test.kind === 'contains' ? shown(test.text) : test.pattern;
}

function predicateOf(test: PresentTest): (text: string) => boolean {
  if (test.kind === 'contains') return (text) => text.includes(test.text);
  if (test.kind === 'regex') {
    const regex = compileRegex(toBytes(test.pattern));
    return (text) => regex.fullMatch(toBytes(text));
  }
  const expected = plainText(test.value);
  return (text) => text === expected;
}

/** A value's text, as tests compare it: that of a list is as outputs show it. */
function plainText(value: Exclude<PlainValue, null>): string {
  return Array.isArray(value) ? `(${value.join(',')})` : String(value);
}

/** A value for people: what is a text stands in quotes, so that its ends can be seen. */
function shown(value: Exclude<PlainValue, null>): string {
  return typeof value === 'string' ? JSON.stringify(value) : plainText(value);
}
