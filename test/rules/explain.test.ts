import { describe, expect, it } from 'vitest';
import { DocktapeError } from '#docktape/errors.js';
import type { ExplainedNode, ExplainedTerm, Explanation } from '#docktape/rules/explain/explanation.js';
import { engineOf, rule, type TestOptions } from './load-rules.js';
import { TestBatch, type TestEvent } from './test-batch.js';

const DIE: TestEvent = { 'docker.type': 'container', 'docker.action': 'die', 'docker.name': 'web', 'docker.code': 3n };

/** Why the rule R of these rules fires or does not on the second of three events. */
function explain(rules: string, event: TestEvent, options: TestOptions = {}): Explanation {
  const batch = new TestBatch([{ 'docker.action': 'before' }, event, { 'docker.action': 'after' }]);
  return engineOf(rules, options).explain('R', batch, 1);
}

/** A tree in a few words: the kind or the text, `+` or `-`, a `*` on the decisive term. */
function sketch(node: ExplainedNode): unknown {
  const mark = node.holds ? '+' : '-';
  switch (node.kind) {
    case 'term':
      return `${mark} ${node.text}${node.decisive ? ' *' : ''}`;
    case 'and':
    case 'or':
      return [`${mark} ${node.kind}`, ...node.children.map(sketch)];
    case 'not':
      return [`${mark} not`, sketch(node.child)];
    case 'macro':
      return [`${mark} ${node.name}`, sketch(node.child)];
  }
}

function sketchOf(condition: string, event: TestEvent = DIE): unknown {
  return sketch(explain(rule('R', condition), event).condition);
}

function termsOf(node: ExplainedNode): ExplainedTerm[] {
  if (node.kind === 'term') return [node];
  return 'children' in node ? node.children.flatMap(termsOf) : termsOf(node.child);
}

function valuesOf(condition: string, event: TestEvent = DIE): unknown[] {
  const terms = termsOf(explain(rule('R', condition), event).condition);
  return terms.map(({ values }) => values.map(({ operand, value }) => [operand, value]));
}

describe('the verdicts', () => {
  it('are those of every part on its own, also behind what decides', () => {
    expect(
      sketchOf('docker.action = start and (docker.code = 3 or docker.name = db) and not docker.type = image'),
    ).toEqual([
      '- and',
      '- docker.action = start *',
      ['+ or', '+ docker.code = 3', '- docker.name = db'],
      ['+ not', '- docker.type = image'],
    ]);
  });

  it('say nothing is decisive when the condition holds', () => {
    const explanation = explain(rule('R', 'docker.action = die or docker.name = db'), DIE);
    expect(explanation).toMatchObject({
      rule: 'R',
      holds: true,
      fires: true,
      place: { file: '1.yaml', line: 1, column: 3 },
    });
    expect(explanation).not.toHaveProperty('obstacle');
    expect(sketch(explanation.condition)).toEqual(['+ or', '+ docker.action = die', '- docker.name = db']);
  });

  it('name macros, also in macros, and have places in them', () => {
    const macros =
      '- macro: ends\n  condition: docker.action in (die, stop)\n- macro: bad_end\n  condition: ends and docker.code > 3\n';
    const { condition } = explain(macros + rule('R', 'bad_end or docker.name = db'), DIE);
    expect(sketch(condition)).toEqual([
      '- or',
      ['- bad_end', ['- and', ['+ ends', '+ docker.action in (die, stop)'], '- docker.code > 3 *']],
      '- docker.name = db',
    ]);
    expect(termsOf(condition).map(({ place }) => place.line)).toEqual([2, 4, 7]);
  });

  it('have lists as their items, and exceptions where they stand', () => {
    const list = '- list: names\n  items: [web, "two words"]\n';
    const exceptions =
      '  exceptions: [{name: e, fields: [docker.name, docker.code], comps: [in, =], values: [[names, 3]]}]\n';
    const { condition, holds } = explain(list + rule('R', 'docker.action = die') + exceptions, DIE);
    expect(holds).toBe(false);
    expect(sketch(condition)).toEqual([
      '- and',
      '+ docker.action = die',
      ['- not', ['+ and', '+ docker.name in (web, "two words") *', '+ docker.code = 3']],
    ]);
    expect(termsOf(condition).map(({ place }) => place.line)).toEqual([5, 9, 9]);
  });
});

describe('the decisive term', () => {
  it('is the first true one of what a `not` excludes', () => {
    expect(sketchOf('docker.action = die and not (docker.name = db or docker.code = 3)')).toEqual([
      '- and',
      '+ docker.action = die',
      ['- not', ['+ or', '- docker.name = db', '+ docker.code = 3 *']],
    ]);
  });

  it('is a false one again below two `not`', () => {
    expect(sketchOf('not (docker.code = 3 and not docker.name = db) and docker.action exists')).toEqual([
      '- and',
      ['- not', ['+ and', '+ docker.code = 3 *', ['+ not', '- docker.name = db']]],
      '+ docker.action exists',
    ]);
    expect(sketchOf('not (not docker.name = db or docker.action = stop)')).toEqual([
      '- not',
      ['+ or', ['+ not', '- docker.name = db *'], '- docker.action = stop'],
    ]);
  });

  it('is in the alternative that came nearest', () => {
    const condition =
      '(docker.type = image and docker.action = pull) or (docker.type = container and docker.action = die and docker.code = 0)';
    expect(sketchOf(condition)).toEqual([
      '- or',
      ['- and', '- docker.type = image', '- docker.action = pull'],
      ['- and', '+ docker.type = container', '+ docker.action = die', '- docker.code = 0 *'],
    ]);
  });
});

describe('the values', () => {
  it('are plain, and null where absent', () => {
    const event: TestEvent = {
      ...DIE,
      'docker.args': ['a', 'b'],
      'docker.readonly': true,
      'docker.name': 'caf\u00c3\u00a9',
    };
    expect(valuesOf('docker.args intersects (a) or docker.readonly = true', event)).toEqual([
      [['docker.args', ['a', 'b']]],
      [['docker.readonly', true]],
    ]);
    expect(valuesOf('docker.code = 3 and docker.name = x and docker.path != x', event)).toEqual([
      [['docker.code', 3n]],
      [['docker.name', 'café']],
      [['docker.path', null]],
    ]);
  });

  it('are of both sides, where both can differ', () => {
    expect(valuesOf('docker.name = val(docker.path)')).toEqual([
      [
        ['docker.name', 'web'],
        ['docker.path', null],
      ],
    ]);
    expect(valuesOf('docker.name = tolower(docker.action)')).toEqual([
      [
        ['docker.name', 'web'],
        ['tolower(docker.action)', 'die'],
      ],
    ]);
  });

  it('are what transformers make of fields, and where that is nothing, the fields', () => {
    expect(valuesOf('toupper(docker.attributes[a]) = X', { 'docker.attributes[a]': 'x' })).toEqual([
      [['toupper(docker.attributes[a])', 'X']],
    ]);
    expect(valuesOf('b64(docker.name) = x and concat(docker.name, "-", docker.path) = y')).toEqual([
      [
        ['b64(docker.name)', null],
        ['docker.name', 'web'],
      ],
      [
        ['concat(docker.name, "-", docker.path)', null],
        ['docker.name', 'web'],
        ['docker.path', null],
      ],
    ]);
  });

  it('know what counts from the start of the stream', () => {
    const engine = engineOf(rule('R', 'evt.reltime > 5 and evt.num = 4'));
    engine.skip(new TestBatch([DIE, DIE]));
    const explanation = engine.explain('R', new TestBatch([DIE, DIE], 3), 1);
    expect(termsOf(explanation.condition).map(({ values }) => values[0]?.value)).toEqual([3_000_000_000n, 4n]);
  });
});

describe('what keeps a rule silent besides its condition', () => {
  it('is that it is disabled, or below the minimum priority', () => {
    const disabled = explain(rule('R', 'docker.action = die', { enabled: 'false' }), DIE);
    expect(disabled).toMatchObject({ holds: true, fires: false, obstacle: { kind: 'disabled' } });
    const low = explain(rule('R', 'docker.action = stop', { priority: 'INFO' }), DIE, { priority: 'Warning' });
    const obstacle = { kind: 'priority', priority: 'Informational', minimum: 'Warning' };
    expect(low).toMatchObject({ holds: false, fires: false, obstacle });
  });

  it('is the first earlier rule that reports the event, under `rule_matching: first`', () => {
    const rules =
      rule('Off', 'docker.action = die', { enabled: 'false' }) +
      rule('Low', 'docker.action = die', { priority: 'DEBUG' }) +
      rule('Other', 'docker.action = before') +
      rule('First', 'docker.code exists') +
      rule('Second', 'docker.action = die') +
      rule('R', 'docker.action = die') +
      rule('Last', 'docker.action = die');
    const options = { priority: 'Warning' } as const;
    expect(explain(rules, DIE, options)).toMatchObject({
      holds: true,
      fires: false,
      obstacle: { kind: 'preempted', by: 'First' },
    });
    expect(explain(rules, { 'docker.action': 'stop' }, options)).not.toHaveProperty('obstacle');
    expect(explain(rules, DIE, { ...options, ruleMatching: 'all' })).toMatchObject({ holds: true, fires: true });
  });
});

describe('asking', () => {
  it('for a rule that there is not names the one that was meant', () => {
    const engine = engineOf(rule('Container ended', 'docker.action = die'));
    const ask = () => engine.explain('container ended', new TestBatch([DIE]), 0);
    expect(ask).toThrow(DocktapeError);
    expect(ask).toThrow("no rule on these events is called 'container ended'; did you mean Container ended?");
    expect(() => engine.nearest('?', new TestBatch([DIE]))).toThrow(
      "no rule on these events is called '?'; the rules are Container ended",
    );
  });

  it('for an event that the batch does not have is a mistake', () => {
    const engine = engineOf(rule('R', 'docker.action = die'));
    for (const index of [-1, 1, 0.5])
      expect(() => engine.explain('R', new TestBatch([DIE]), index)).toThrow(RangeError);
  });

  it('changes no observation', () => {
    const engine = engineOf(rule('Q', 'docker.code exists') + rule('R', 'docker.action = die'), { observe: true });
    const batch = new TestBatch([DIE]);
    engine.evaluate(batch);
    const before = engine.observations();
    engine.explain('R', batch, 0);
    engine.nearest('R', batch);
    expect(engine.observations()).toEqual(before);
  });
});

describe('the nearest event', () => {
  const EVENTS: TestEvent[] = [
    { 'docker.type': 'volume', 'docker.action': 'die' },
    { 'docker.type': 'container', 'docker.action': 'stop', 'docker.name': 'web' },
    { 'docker.type': 'container', 'docker.action': 'die', 'docker.name': 'db' },
    { 'docker.type': 'container', 'docker.action': 'die', 'docker.name': 'cache' },
  ];

  function nearest(condition: string, events: readonly TestEvent[] = EVENTS) {
    return engineOf(rule('R', condition)).nearest('R', new TestBatch(events));
  }

  it('is one for which the condition holds, the first of them', () => {
    expect(nearest('docker.action = die')).toEqual({ index: 0, score: 1 });
    expect(nearest('docker.type = container and not docker.name = web')).toEqual({ index: 2, score: 1 });
    expect(nearest('not (docker.type = volume or docker.name in (web, db))')).toEqual({ index: 3, score: 1 });
  });

  it('otherwise has most of an `and`, of which earlier parts count more', () => {
    // Of 3 + 2 + 1: the first and the last part, or the first two.
    expect(nearest('docker.type = container and docker.action = die and docker.name = web')).toEqual({
      index: 2,
      score: 5 / 6,
    });
    expect(nearest('docker.type = container and docker.action = kill')).toEqual({ index: 1, score: 2 / 3 });
  });

  it('has the best alternative of an `or`', () => {
    const condition =
      '(docker.type = image and docker.action = pull) or (docker.type = volume and docker.action = mount)';
    expect(nearest(condition)).toEqual({ index: 0, score: 2 / 3 });
  });

  it('is rather one that an exception took away than one that it has nothing to do with', () => {
    const condition =
      '(docker.type = container and docker.action = stop) and not (docker.name = web and docker.type = container)';
    // Of 3 + 2 + 1, and nothing of the exception.
    expect(nearest(condition)).toEqual({ index: 1, score: 5 / 6 });
  });

  it('is the first when none comes near, and there is none in an empty batch', () => {
    expect(nearest('docker.path exists')).toEqual({ index: 0, score: 0 });
    expect(nearest('docker.path exists', [])).toBeUndefined();
  });

  it('has a score of 1 exactly where the condition holds', () => {
    const conditions = [
      'not (docker.type = container and docker.action = die) or docker.name = db',
      'not (docker.type = container or not docker.name exists)',
      '(docker.type = volume or docker.name = web) and not (docker.action = die and not docker.type = volume)',
    ];
    for (const condition of conditions) {
      const engine = engineOf(rule('R', condition));
      const scores = EVENTS.map((event) => engine.nearest('R', new TestBatch([event]))?.score === 1);
      const fired = EVENTS.map((event) => engine.evaluate(new TestBatch([event])).length === 1);
      expect(scores).toEqual(fired);
    }
  });
});
