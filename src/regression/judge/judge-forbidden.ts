import type { Failure } from '../report.js';
import { alertLines, timesText } from './alert-lines.js';
import { type Judgement, questionAbout, type Sighting, type StreamAlerts } from './judgement.js';
import type { PreparedCase } from './prepare-case.js';

/** Rules that must stay silent and did not, and such as no event could make fire: forbidding those would prove nothing. */
export function judgeForbidden(
  { testCase, entries, rules }: PreparedCase,
  sightings: ReadonlyMap<string, readonly Sighting[]>,
  streams: readonly StreamAlerts[],
): Judgement[] {
  return testCase.forbid.flatMap(({ rule, place }): Judgement[] => {
    const rulePlace = rules.placeOf(rule);
    const about = { kind: 'forbidden', place, rule, ...(rulePlace && { rulePlace }) } as const;
    const problem = rules.problemOf(rule);
    if (problem !== undefined) {
      return [{ failure: { ...about, message: problem, expected: [], actual: [] } }];
    }
    const fired = sightings.get(rule) ?? [];
    const [first] = fired;
    if (!first) return [];
    const isExpected = entries.some(({ expected }) => expected.rule === rule);
    const contradiction = isExpected ? '; the case both expects and forbids it' : '';
    const failure: Failure = {
      ...about,
      message: `"${rule}" must stay silent, but fired ${timesText(fired.length)}${contradiction}`,
      expected: [`no alert of "${rule}"`],
      actual: alertLines(fired, streams),
    };
    return [{ failure, question: questionAbout(first) }];
  });
}
