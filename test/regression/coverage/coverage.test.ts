import { describe, expect, it } from 'vitest';
import { type CaseProofs, proofsOf } from '#docktape/regression/coverage/case-proofs.js';
import { coverageOf } from '#docktape/regression/coverage/coverage.js';
import { ObservedRules, ruleKey } from '#docktape/regression/coverage/merge-observations.js';
import { judgeCase } from '#docktape/regression/judge/judge-case.js';
import type { RuleObservation, TermObservation } from '#docktape/rules/observe/observation.js';
import { alert, at, type CaseParts, entry, exactly, field, prepared, stream } from '../judge/cases.js';

function observation(rule: string, more: Partial<RuleObservation> = {}): RuleObservation {
  return { rule, place: at(1), fired: 0, preempted: 0, preemptedBy: {}, terms: [], ...more };
}

function term(text: string, whenTrue: number, line = 2): TermObservation {
  return { text, place: at(line), whenTrue, whenFalse: 1, absent: 2 };
}

/** What a case over ten events proves in which Shell fired on these. */
function proofs(parts: CaseParts, events: readonly number[], more: Partial<RuleObservation> = {}) {
  const one = prepared(parts);
  const verdict = judgeCase(one, [stream(events.map((event) => alert('Shell', event)))]);
  const observations = [observation('Shell', { fired: events.length, ...more }), observation('Kill')];
  const { positive, negative } = proofsOf({ suite: 's.yaml', prepared: one, verdict, events: 10, observations });
  const rulesIn = (keys: ReadonlySet<string>) =>
    observations.filter((one) => keys.has(ruleKey(one))).map(({ rule }) => rule);
  return { positive: rulesIn(positive), negative: rulesIn(negative) };
}

const golden = { kind: 'golden', path: 'g.jsonl', place: at(7) } as const;
const forbid = [{ rule: 'Kill', place: at(8) }];
const all = Array.from({ length: 10 }, (_, i) => i + 1);

describe('01 what a case proves', () => {
  it.each<[string, CaseParts, number[], string[], string[]]>([
    ['expect: none', {}, [], [], ['Shell', 'Kill']],
    ['a strict case, of what it does not list', { alerts: [entry('Shell')] }, [1], ['Shell'], ['Kill']],
    [
      'an exact count, of the other events',
      { alerts: [entry('Shell', { count: exactly(1) })] },
      [1],
      ['Shell'],
      ['Shell', 'Kill'],
    ],
    [
      'a count that has room',
      { alerts: [entry('Shell', { count: { atLeast: 1, atMost: 3 } })] },
      [1],
      ['Shell'],
      ['Kill'],
    ],
    [
      'no alert at all of a rule',
      { alerts: [entry('Shell', { count: exactly(0) })], allowOther: true },
      [],
      [],
      ['Shell'],
    ],
    [
      'a count that could be none',
      { alerts: [entry('Shell', { count: { atLeast: 0, atMost: 3 } })] },
      [1],
      [],
      ['Kill'],
    ],
    ['allow_other', { alerts: [entry('Shell')], allowOther: true }, [1], ['Shell'], []],
    ['allow_other, of a rule that is not listed', { allowOther: true }, [1], [], []],
    ['forbid', { allowOther: true, forbid }, [1], [], ['Kill']],
    ['a golden', { expectation: golden }, [1], ['Shell'], ['Shell', 'Kill']],
    ['a golden in which a rule fired on every event', { expectation: golden }, all, ['Shell'], ['Kill']],
  ])('%s', (_, parts, events, positive, negative) => {
    expect(proofs(parts, events)).toEqual({ positive, negative });
  });

  it('an entry with values proves nothing of alerts with others where these are allowed', () => {
    const fields = [field('docker.name', { kind: 'absent' })];
    const parts = { alerts: [entry('Shell', { count: exactly(1), fields })], allowOther: true };
    expect(proofs(parts, [1])).toEqual({ positive: ['Shell'], negative: [] });
  });

  it('where an earlier rule reported every event, silence says nothing', () => {
    expect(proofs({}, [], { preempted: 10 }).negative).toEqual(['Kill']);
    expect(proofs({}, [], { preempted: 9 }).negative).toEqual(['Shell', 'Kill']);
  });
});

describe('02 observations of several streams', () => {
  it('are added up by rule and term', () => {
    const observed = new ObservedRules();
    observed.add([observation('Shell'), observation('Kill', { place: at(9) })]);
    observed.add([
      observation('Shell', {
        fired: 2,
        preempted: 1,
        preemptedBy: { Kill: 1 },
        terms: [term('a = b', 1), term('a = b', 5)],
      }),
    ]);
    observed.add([
      observation('Shell', {
        fired: 3,
        preempted: 3,
        preemptedBy: { Kill: 2, Off: 1 },
        terms: [term('a = b', 10), term('a = b', 50)],
      }),
    ]);
    expect(observed.values()).toEqual([
      observation('Shell', {
        fired: 5,
        preempted: 4,
        preemptedBy: { Kill: 3, Off: 1 },
        terms: [
          { ...term('a = b', 11), whenFalse: 2, absent: 4 },
          { ...term('a = b', 55), whenFalse: 2, absent: 4 },
        ],
      }),
      observation('Kill', { place: at(9) }),
    ]);
  });

  it('keep rules of the same name in other places apart', () => {
    const observed = new ObservedRules();
    observed.add([observation('Shell', { fired: 1 })]);
    observed.add([observation('Shell', { fired: 2, place: at(30) })]);
    expect(observed.values().map(({ fired }) => fired)).toEqual([1, 2]);
  });

  it('keep terms apart that only one of two suites has', () => {
    const observed = new ObservedRules();
    for (let round = 0; round < 2; round++) {
      observed.add([observation('Shell', { terms: [term('a = b', 1), term('c = d', 1, 3)] })]);
      observed.add([observation('Shell', { terms: [term('a = b', 1), term('e = f', 1, 4)] })]);
    }
    const [shell] = observed.values();
    expect(shell?.terms.map(({ text, whenTrue }) => [text, whenTrue])).toEqual([
      ['a = b', 4],
      ['c = d', 2],
      ['e = f', 2],
    ]);
  });
});

describe('03 the report', () => {
  const [shell, kill] = [observation('Shell'), observation('Kill', { place: at(9) })];
  const proof = (name: string, positive: RuleObservation[], negative: RuleObservation[]): CaseProofs => ({
    name,
    positive: new Set(positive.map(ruleKey)),
    negative: new Set(negative.map(ruleKey)),
  });

  it('names the cases, and counts rules that have both kinds', () => {
    const cases = [
      proof('s: one', [shell, kill], []),
      proof('s: two', [], [shell]),
      proof('s: three', [shell], [shell]),
    ];
    expect(coverageOf([shell, kill], cases)).toEqual({
      rules: [
        { ...shell, positive: ['s: one', 's: three'], negative: ['s: two', 's: three'] },
        { ...kill, positive: ['s: one'], negative: [] },
      ],
      percent: 50,
    });
  });

  it('is none where there are no rules, so that it passes no gate', () => {
    expect(coverageOf([], [])).toEqual({ rules: [], percent: 0 });
  });
});
