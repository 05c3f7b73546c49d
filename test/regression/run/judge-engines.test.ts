import { describe, expect, it } from 'vitest';
import { type EngineDifference, engineDifferences } from '#docktape/regression/run/engine-differences.js';
import { judgeEngines } from '#docktape/regression/run/judge-engines.js';
import { alert, at, prepared } from '../judge/cases.js';

function judged(...streams: readonly (readonly EngineDifference[])[]) {
  return judgeEngines(
    prepared({}),
    streams.map((differences, i) => ({ name: `${i + 1}.db`, differences })),
  );
}

const falcoOnly = (rule: string, ...events: readonly number[]) =>
  engineDifferences(
    [],
    events.map((event) => alert(rule, event)),
  );

describe('engines that differ', () => {
  it('are no failure where they do not', () => {
    expect(judged([], [])).toEqual([]);
  });

  it('fail the case with what each of them says, and ask for the event', () => {
    expect(judged(falcoOnly('Shell', 3))).toEqual([
      {
        failure: {
          kind: 'engines',
          message: 'the engines differ about "Shell": 1 by Falco only',
          place: at(5),
          rule: 'Shell',
          rulePlace: { file: 'rules.yaml', line: 1, column: 3 },
          expected: ['event 3: Shell on 3'],
          actual: ['event 3: no alert'],
        },
        question: { rule: 'Shell', event: 3, stream: 0 },
      },
    ]);
  });

  it('are one failure for each rule, which counts what differs', () => {
    const differences = engineDifferences(
      [alert('Shell', 1), alert('Kill', 2), alert('Shell', 4, { output: 'x' })],
      [alert('Shell', 3), alert('Shell', 4, { output: 'y' })],
    );
    expect(judged(differences).map(({ failure }) => failure.message)).toEqual([
      'the engines differ about "Shell": 1 by Falco only, 1 by the embedded engine only, 1 with another content',
      'the engines differ about "Kill": 1 by the embedded engine only',
    ]);
  });

  it('name the stream where a case has several', () => {
    const [judgement] = judged([], falcoOnly('Kill', 7));
    expect(judgement?.failure.expected).toEqual(['2.db event 7: Kill on 7']);
    expect(judgement?.question).toEqual({ rule: 'Kill', event: 7, stream: 1 });
  });

  it('show a few of many differences', () => {
    const [judgement] = judged(falcoOnly('Kill', 1, 2, 3, 4, 5, 6, 7));
    expect(judgement?.failure.message).toContain('7 by Falco only');
    expect(judgement?.failure.expected).toEqual([
      ...[1, 2, 3, 4, 5].map((event) => `event ${event}: Kill on ${event}`),
      '… and 2 more',
    ]);
    expect(judgement?.failure.actual).toHaveLength(6);
  });

  it('ask for no event of a rule that the embedded engine does not know', () => {
    const [judgement] = judged(falcoOnly('Stranger', 1));
    expect(judgement?.question).toBeUndefined();
    expect(judgement?.failure.rulePlace).toBeUndefined();
  });
});
