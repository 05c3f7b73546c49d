import type { Failure } from '../report.js';
import { alertLines, timesText } from './alert-lines.js';
import { type Judgement, questionAbout, type Sighting, type StreamAlerts } from './judgement.js';
import type { PreparedCase } from './prepare-case.js';

/** The alerts of a rule that nobody expected, as one failure. */
export function judgeUnexpected(
  rule: string,
  others: readonly Sighting[],
  { testCase, entries, rules }: PreparedCase,
  streams: readonly StreamAlerts[],
): Judgement[] {
  const [first] = others;
  if (!first) return [];
  const isExpectedToo = entries.some(({ expected }) => expected.rule === rule);
  const than = isExpectedToo ? ' otherwise than expected' : ', which the case does not expect';
  const rulePlace = rules.placeOf(rule);
  const failure: Failure = {
    kind: 'unexpected',
    message: `"${rule}" fired ${timesText(others.length)}${than}`,
    place: testCase.place,
    rule,
    ...(rulePlace && { rulePlace }),
    expected: [isExpectedToo ? `no other alert of "${rule}"` : `no alert of "${rule}"`],
    actual: alertLines(others, streams),
  };
  return [{ failure, question: questionAbout(first) }];
}
