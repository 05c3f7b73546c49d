import { DocktapeError } from '../../errors.js';
import { readGolden } from '../golden/golden-file.js';
import type { EntryProblem, ExpectedEntry } from '../judge/expected-entry.js';
import type { PreparedCase } from '../judge/prepare-case.js';
import type { Failure } from '../report.js';
import type { ExpectedGolden } from '../suite.js';

/**
 * What a case that is known to fail says and no rule could ever meet: a golden that is not there, a field that does not exist. A rule
 * that does not exist may be one that is still to be written.
 */
export function unmeetable({ testCase, rules, entries }: PreparedCase): Failure[] {
  const { expectation } = testCase;
  const golden = expectation.kind === 'golden' ? goldenProblem(expectation) : undefined;
  const fields = entries.flatMap((entry) =>
    entry.problems
      .filter(({ message }) => message !== rules.problemOf(entry.expected.rule))
      .map((problem) => fieldProblem(entry, problem)),
  );
  return golden === undefined ? fields : [golden, ...fields];
}

function fieldProblem(entry: ExpectedEntry, { message, place }: EntryProblem): Failure {
  const { expected, rulePlace } = entry;
  const about = { rule: expected.rule, ...(rulePlace && { rulePlace }) };
  return { kind: 'missing', message, place, ...about, expected: entry.describe(), actual: [] };
}

function goldenProblem({ path, place }: ExpectedGolden): Failure | undefined {
  const failure = (message: string): Failure => ({ kind: 'golden', message, place, expected: [], actual: [] });
  try {
    if (readGolden(path)) return undefined;
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    return failure(error.message);
  }
  const fix = 'let it be written without known_failure, and correct it to what the rules should say';
  return failure(`the golden ${path} is missing, and is not written while the case is known to fail: ${fix}`);
}
