import type { TestCase } from '../suite.js';
import { ExpectedEntry } from './expected-entry.js';
import type { FieldReader } from './field-reader.js';
import type { RuleBook } from './rule-book.js';

/** A case that alerts can be held against. */
export interface PreparedCase {
  readonly testCase: TestCase;
  readonly rules: RuleBook;
  /** The entries of `expect`; none for a case with a golden. */
  readonly entries: readonly ExpectedEntry[];
}

/** Reads what a case says of rules and fields. What it gets wrong is told when it is judged. */
export function prepareCase(testCase: TestCase, rules: RuleBook, fields: FieldReader): PreparedCase {
  const { expectation } = testCase;
  const alerts = expectation.kind === 'alerts' ? expectation.alerts : [];
  return { testCase, rules, entries: alerts.map((expected) => new ExpectedEntry(expected, rules, fields)) };
}
