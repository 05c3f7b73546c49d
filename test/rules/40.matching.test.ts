import { describe, expect, it } from 'vitest';
import { engineOf, load, rule, type TestOptions } from './load-rules.js';
import { TestBatch, type TestEvent } from './test-batch.js';

const EVENTS: TestEvent[] = [
  { 'docker.action': 'start', 'docker.name': 'a' },
  { 'docker.action': 'die', 'docker.name': 'b' },
  { 'docker.action': 'start', 'docker.name': 'c' },
];

const RULES =
  rule('Dies', 'docker.action = die', { priority: 'ERROR' }) +
  rule('Any', 'docker.action exists', { priority: 'INFO' }) +
  rule('Starts', 'docker.action = start', { priority: 'DEBUG' });

function alertsOf(options: TestOptions): string[] {
  return engineOf(RULES, options)
    .evaluate(new TestBatch(EVENTS))
    .map((alert) => `${alert.number} ${alert.rule}`);
}

describe('rule_matching', () => {
  it('reports the first rule that matches, in the order of the rules', () => {
    expect(alertsOf({ ruleMatching: 'first' })).toEqual(['1 Any', '2 Dies', '3 Any']);
  });

  it('reports every rule that matches, in stream order and then in the order of the rules', () => {
    expect(alertsOf({ ruleMatching: 'all' })).toEqual(['1 Any', '1 Starts', '2 Dies', '2 Any', '3 Any', '3 Starts']);
  });
});

describe('priority', () => {
  it('leaves out rules of a lesser priority, which then shadow nothing', () => {
    expect(alertsOf({ priority: 'Error' })).toEqual(['2 Dies']);
    expect(alertsOf({ ruleMatching: 'all', priority: 'Informational' })).toEqual(['1 Any', '2 Dies', '2 Any', '3 Any']);
  });
});

describe('a stream of batches', () => {
  it('numbers events on, and maps numbers to the capture', () => {
    const engine = engineOf(RULES, { eventNumber: (number) => number * 10 });
    const alerts = [...engine.evaluate(new TestBatch(EVENTS)), ...engine.evaluate(new TestBatch(EVENTS, 4))];
    expect(alerts.map(({ number, event }) => [number, event])).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n, n * 10]));
  });

  it('keeps nothing of one batch for the next', () => {
    const engine = engineOf(rule('R', 'docker.name = b'));
    const swapped: TestEvent[] = [{ 'docker.name': 'b' }, { 'docker.name': 'a' }];
    const found = [EVENTS, swapped, []].map((events) =>
      engine.evaluate(new TestBatch(events)).map(({ number }) => number),
    );
    expect(found).toEqual([[2], [1], []]);
  });

  it('takes a batch with more distinct values than any before', () => {
    const engine = engineOf(rule('R', 'docker.name endswith 99'));
    const many = Array.from({ length: 1000 }, (_, i) => ({ 'docker.name': `n${i}` }));
    expect(engine.evaluate(new TestBatch(EVENTS))).toEqual([]);
    expect(engine.evaluate(new TestBatch(many)).map(({ number }) => number)).toEqual([
      100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
    ]);
  });
});

describe('what is extracted', () => {
  it('is each field of the conditions once, and output fields only of rules that match', () => {
    const engine = engineOf(
      rule('A', 'docker.action = die', { output: '"%docker.path"' }) +
        rule('B', 'docker.action = nothing and docker.name = b', { output: '"%docker.type"' }),
    );
    const matching = new TestBatch(EVENTS);
    engine.evaluate(matching);
    expect(engine.requests).toEqual([{ field: 'docker.action' }, { field: 'docker.name' }]);
    expect(matching.asked).toEqual([engine.requests, [{ field: 'docker.path' }]]);
    const silent = new TestBatch([{ 'docker.action': 'start' }]);
    engine.evaluate(silent);
    expect(silent.asked).toEqual([engine.requests]);
  });
});

it('has no engine when there are errors', () => {
  expect(load([rule('R', 'docker.action = start'), rule('S', 'x')]).engine).toBeUndefined();
});
