import { describe, expect, it } from 'vitest';
import { alert, at, type CaseParts, entry, exactly, field, judge, stream } from './cases.js';

/** The failures' kinds and messages. */
function said(...args: Parameters<typeof judge>): string[] {
  return judge(...args).map(({ failure }) => `${failure.kind}: ${failure.message}`);
}

const sh = field('docker.name', { kind: 'equals', value: 'sh' });

describe('01 expected alerts', () => {
  it('pass when all came and nothing else', () => {
    expect(judge({ alerts: [entry('Shell')] }, [alert('Shell', 3), alert('Shell', 4)])).toEqual([]);
    expect(judge({}, [])).toEqual([]);
  });

  it('are counted over all streams of the case', () => {
    const streams = [stream([alert('Shell', 1)], 'a.db'), stream([alert('Shell', 1), alert('Shell', 2)], 'b.db')];
    expect(judge({ alerts: [entry('Shell', { count: exactly(3) })] }, streams)).toEqual([]);
    expect(said({ alerts: [entry('Shell', { count: exactly(2) })] }, streams)).toEqual([
      'surplus: expected 2 alerts of "Shell", but it fired 3 times',
    ]);
  });

  it('may fit several entries', () => {
    const named = entry('Shell', { fields: [sh] });
    const fields = { 'docker.name': 'sh' };
    expect(
      judge({ alerts: [entry('Shell', { count: exactly(2) }), named] }, [
        alert('Shell', 1, { fields }),
        alert('Shell', 2),
      ]),
    ).toEqual([]);
  });

  it('are missing where the rule did not fire; its nearest event is asked for', () => {
    const [judgement] = judge({ alerts: [entry('Shell', { count: exactly(2) })] }, []);
    expect(judgement).toEqual({
      failure: {
        kind: 'missing',
        message: 'expected 2 alerts of "Shell", but it did not fire on any of 10 events',
        place: at(10),
        rule: 'Shell',
        rulePlace: { file: 'rules.yaml', line: 1, column: 3 },
        expected: ['2 alerts of "Shell"'],
        actual: [],
      },
      question: { rule: 'Shell' },
    });
  });

  it('are missing where none fits: the nearest is shown with its differences', () => {
    const expected = entry('Shell', {
      priority: 'Warning',
      tags: ['shell'],
      fields: [sh],
      output: { kind: 'contains', text: 'sh -c' },
    });
    const near = alert('Shell', 4, { tags: ['shell'], fields: { 'docker.name': 'ls' }, output: 'sh -c id' });
    const far = alert('Shell', 3, { fields: { 'docker.name': null } });
    const judgements = judge({ alerts: [expected] }, [far, near]);
    expect(judgements[0]).toMatchObject({
      failure: {
        kind: 'missing',
        message: 'expected at least 1 alert of "Shell" as described, but it fired 2 times, never so',
        expected: [
          'at least 1 alert of "Shell"',
          'the priority is Warning',
          'the tags have shell',
          'docker.name is "sh"',
          'the output contains "sh -c"',
        ],
        actual: ['event 4: sh -c id', '  the priority is Notice, not Warning', '  docker.name is "ls", not "sh"'],
      },
      question: { rule: 'Shell', event: 4, stream: 0 },
    });
    // What the first failure shows is not told again; the other alert is.
    expect(judgements.slice(1).map(({ failure }) => failure.actual)).toEqual([['event 3: Shell on 3']]);
  });

  it('say that alerts have no tags', () => {
    const [judgement] = judge({ alerts: [entry('Shell', { tags: ['shell'] })] }, [alert('Shell', 3, { tags: [] })]);
    expect(judgement?.failure.actual).toEqual(['event 3: Shell on 3', '  the tags are none, without shell']);
  });

  it('ask for the event that they name', () => {
    const expected = entry('Shell', { event: 7 });
    expect(judge({ alerts: [expected], allowOther: true }, [alert('Shell', 3)])[0]).toMatchObject({
      failure: { actual: ['event 3: Shell on 3', '  the event is 3, not 7'] },
      question: { rule: 'Shell', event: 7 },
    });
  });

  it('are missing also where another entry has the alerts of the rule', () => {
    const bash = field('docker.name', { kind: 'equals', value: 'bash' });
    const alerts = [entry('Shell', { fields: [sh] }), entry('Shell', { fields: [bash] })];
    const judgements = judge({ alerts }, [alert('Shell', 1, { fields: { 'docker.name': 'sh' } })]);
    expect(judgements).toMatchObject([
      {
        failure: {
          message: 'expected at least 1 alert of "Shell" as described, but it fired once, never so',
          actual: ['event 1: Shell on 1', '  docker.name is "sh", not "bash"'],
        },
      },
    ]);
  });

  it('show those that came when there are too few', () => {
    const [judgement] = judge({ alerts: [entry('Shell', { count: exactly(2) })] }, [alert('Shell', 1)]);
    expect(judgement?.failure).toMatchObject({
      message: 'expected 2 alerts of "Shell", but it fired once',
      actual: ['event 1: Shell on 1'],
    });
    expect(judgement?.question).toBeUndefined();
  });

  it('say how many fit when there are too few', () => {
    const parts = { alerts: [entry('Shell', { count: exactly(3), fields: [sh] })], allowOther: true };
    const alerts = [
      alert('Shell', 1, { fields: { 'docker.name': 'sh' } }),
      alert('Shell', 2, { fields: { 'docker.name': 'ls' } }),
    ];
    expect(said(parts, alerts)).toEqual([
      'missing: expected 3 alerts of "Shell" as described, but it fired 2 times, once so',
    ]);
  });
});

describe('02 alerts that nobody expected', () => {
  it('are one failure a rule, with the first few', () => {
    const alerts = Array.from({ length: 10_000 }, (_, i) => alert('Kill', i + 1));
    const [judgement, ...others] = judge({ alerts: [] }, alerts);
    expect(others).toEqual([]);
    expect(judgement?.failure).toMatchObject({
      kind: 'unexpected',
      message: '"Kill" fired 10000 times, which the case does not expect',
      place: at(5),
      expected: ['no alert of "Kill"'],
      actual: [...[1, 2, 3, 4, 5].map((n) => `event ${n}: Kill on ${n}`), '… and 9995 more'],
    });
    expect(judgement?.question).toEqual({ rule: 'Kill', event: 1, stream: 0 });
  });

  it('are fine with allow_other', () => {
    expect(judge({ alerts: [entry('Shell')], allowOther: true }, [alert('Shell', 1), alert('Kill', 2)])).toEqual([]);
  });

  it('name their stream where there are several', () => {
    const streams = [stream([], 'a.db'), stream([alert('Kill', 2)], 'b.db')];
    const [judgement] = judge({}, streams);
    expect(judgement?.failure.actual).toEqual(['b.db event 2: Kill on 2']);
    expect(judgement?.question).toEqual({ rule: 'Kill', event: 2, stream: 1 });
  });

  it('can be of a rule that was expected otherwise', () => {
    const parts = { alerts: [entry('Shell', { fields: [sh] })] };
    expect(said(parts, [alert('Shell', 1, { fields: { 'docker.name': 'sh' } }), alert('Shell', 2)])).toEqual([
      'unexpected: "Shell" fired once otherwise than expected',
    ]);
  });
});

describe('03 forbidden rules', () => {
  const forbid: CaseParts['forbid'] = [{ rule: 'Shell', place: at(20) }];

  it('fail the case once, also where others are allowed', () => {
    const [judgement, ...others] = judge({ forbid, allowOther: true }, [alert('Shell', 3), alert('Kill', 4)]);
    expect(others).toEqual([]);
    expect(judgement?.failure).toMatchObject({
      kind: 'forbidden',
      message: '"Shell" must stay silent, but fired once',
      place: at(20),
      actual: ['event 3: Shell on 3'],
    });
    expect(said({ forbid }, [alert('Shell', 3)])).toHaveLength(1);
    expect(said({ forbid, allowOther: true }, [alert('Kill', 3)])).toEqual([]);
  });

  it('are told also when they are expected', () => {
    expect(said({ forbid, alerts: [entry('Shell')] }, [alert('Shell', 3)])).toEqual([
      'forbidden: "Shell" must stay silent, but fired once; the case both expects and forbids it',
    ]);
  });
});

describe('04 what a case gets wrong', () => {
  it.each([
    ['Shel', 'no rule is named "Shel"; did you mean Shell?'],
    ['Off', 'the rule "Off" is disabled: it has `enabled: false`'],
    [
      'Quiet',
      `the rule "Quiet" has the priority Debug, and the suite's settings leave out what is below Informational`,
    ],
  ])('the rule %s', (name, problem) => {
    expect(judge({ alerts: [entry(name)] }, [])).toEqual([
      {
        failure: expect.objectContaining({
          kind: 'missing',
          message: problem,
          place: at(10),
        }),
      },
    ]);
    expect(judge({ forbid: [{ rule: name, place: at(20) }] }, [])).toEqual([
      {
        failure: expect.objectContaining({
          kind: 'forbidden',
          message: problem,
          place: at(20),
        }),
      },
    ]);
  });

  it.each([
    ['docker.nam', 'unknown field docker.nam; did you mean docker.name?'],
    ['docker.attributes', 'the field docker.attributes needs an argument: docker.attributes[NAME]'],
    [
      'toupper(docker.name)',
      'toupper(docker.name) is no field: write a name such as docker.action, or docker.attributes[name]',
    ],
    ['docker.name = x', 'docker.name = x is no field: write a name such as docker.action, or docker.attributes[name]'],
  ])('the field %s; the alerts of the rule are not told besides', (name, problem) => {
    const fields = [field(name, { kind: 'absent' })];
    expect(judge({ alerts: [entry('Shell', { fields })] }, [alert('Shell', 1)])).toEqual([
      {
        failure: expect.objectContaining({
          kind: 'missing',
          message: `"Shell": ${problem}`,
          place: at(11),
        }),
      },
    ]);
  });
});
