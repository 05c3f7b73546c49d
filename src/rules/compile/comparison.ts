import { compileRegex, globMatch } from '../../match/index.js';
import type { ByteString, FieldValue } from '../event-batch.js';
import type { Modifier, Operator } from '../language/operators.js';
import type { Scalar } from './literals.js';
import { pathMatcher } from './path-match.js';
import type { ValueType } from './transformers.js';

/** A test of a value that is present. */
export type Test = (value: Exclude<FieldValue, undefined>) => boolean;

/** A test of a single value. */
type ScalarTest = (value: Scalar) => boolean;

const EQUALITY: readonly Operator[] = ['=', '!='];
const ORDER: readonly Operator[] = ['<', '<=', '>', '>='];
const MEMBERSHIP: readonly Operator[] = ['in', 'intersects'];
const NUMBERS = [...EQUALITY, ...ORDER, ...MEMBERSHIP];

/** The operators that each type has besides `exists` (`filter_compare.cpp`); no type of a plugin has `bcontains`. */
const OPERATORS_OF: Readonly<Record<ValueType['type'], readonly Operator[]>> = {
  uint64: NUMBERS,
  reltime: NUMBERS,
  abstime: NUMBERS,
  bool: [...EQUALITY, ...MEMBERSHIP],
  ipaddr: [...EQUALITY, ...MEMBERSHIP],
  ipnet: [...EQUALITY, ...MEMBERSHIP],
  string: [...NUMBERS, 'contains', 'icontains', 'startswith', 'endswith', 'glob', 'iglob', 'regex', 'pmatch'],
};

/** The operators that a value of this type can be compared with. */
export function operatorsOf({ type, isList }: ValueType): readonly Operator[] {
  return ['exists', ...(isList ? MEMBERSHIP : OPERATORS_OF[type])];
}

/** The test of a comparison with constant values, of which regular expressions are known to be good. */
export function testOf(operator: Operator, modifier: Modifier | undefined, values: readonly Scalar[]): Test {
  if (MEMBERSHIP.includes(operator)) return membershipTest(operator, values);
  if (operator === 'pmatch') return pathMatcher(values as readonly ByteString[]) as Test;
  const tests = values.map((value) => scalarTest(operator, value));
  return (modifier ? modified(modifier, tests) : (tests[0] as ScalarTest)) as Test;
}

function membershipTest(operator: Operator, values: readonly Scalar[]): Test {
  const members = new Set(values);
  const isMember = (value: Scalar) => members.has(value);
  return (value) => {
    if (!isArray(value)) return isMember(value);
    return operator === 'in' ? value.every(isMember) : value.some(isMember);
  };
}

/** Without any value to compare with, no modifier matches. */
function modified(modifier: Modifier, tests: readonly ScalarTest[]): ScalarTest {
  switch (modifier) {
    case 'anyof':
      return (value) => tests.some((test) => test(value));
    case 'allof':
      return (value) => tests.length > 0 && tests.every((test) => test(value));
    case 'oneof':
      return (value) => tests.filter((test) => test(value)).length === 1;
  }
}

function scalarTest(operator: Operator, right: Scalar): ScalarTest {
  switch (operator) {
    case '=':
      return (left) => left === right;
    case '!=':
      return (left) => left !== right;
    case '<':
      return (left) => left < right;
    case '<=':
      return (left) => left <= right;
    case '>':
      return (left) => left > right;
    case '>=':
      return (left) => left >= right;
    default:
      return stringTest(operator, right as ByteString) as ScalarTest;
  }
}

function stringTest(operator: Operator, right: ByteString): (left: ByteString) => boolean {
  switch (operator) {
    case 'contains':
      return (left) => left.includes(right);
    case 'icontains': {
      const lower = asciiLower(right);
      return (left) => asciiLower(left).includes(lower);
    }
    case 'startswith':
      return (left) => startsWith(left, right);
    case 'endswith':
      return (left) => left.endsWith(right);
    case 'glob':
      return (left) => globMatch(right, left, false);
    case 'iglob':
      return (left) => globMatch(right, left, true);
    case 'regex': {
      const regex = compileRegex(right);
      return (left) => regex.fullMatch(left);
    }
    default:
      throw new TypeError(`${operator} does not compare strings`);
  }
}

/**
 * Compares from the end: texts in one field often begin alike, and then this knows at once where `String.startsWith`, which
 * is slow besides, walks all of the common part.
 */
function startsWith(text: ByteString, prefix: ByteString): boolean {
  if (text.length < prefix.length) return false;
  for (let i = prefix.length - 1; i >= 0; i--) {
    if (text.charCodeAt(i) !== prefix.charCodeAt(i)) return false;
  }
  return true;
}

function asciiLower(text: ByteString): ByteString {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isArray(value: Exclude<FieldValue, undefined>): value is readonly Scalar[] {
  return Array.isArray(value);
}
