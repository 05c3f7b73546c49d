import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { Engine, type EngineOptions } from '#docktape/rules/engine.js';
import type { RuleObservation } from '#docktape/rules/observe/observation.js';
import { readRulesFiles } from '#docktape/rules/rules-files.js';
import { captureParams } from '#docktape/source/open-params.js';
import { projectPath } from '../support/docktape.js';
import { engineOf, rule, type TestOptions } from './load-rules.js';
import { TestBatch, type TestEvent } from './test-batch.js';

/** What an observing engine counts over batches of these events. */
function observe(rules: string, events: readonly TestEvent[], options: TestOptions = {}): RuleObservation[] {
  const engine = engineOf(rules, { observe: true, ...options });
  engine.evaluate(new TestBatch(events));
  return engine.observations();
}

/** The counts of a rule's terms: text, true, false, absent. */
function termsOf({ terms }: RuleObservation): (string | number)[][] {
  return terms.map(({ text, whenTrue, whenFalse, absent }) => [text, whenTrue, whenFalse, absent]);
}

function only(observations: readonly RuleObservation[]): RuleObservation {
  expect(observations).toHaveLength(1);
  return observations[0] as RuleObservation;
}

const EVENTS: TestEvent[] = [
  { 'docker.type': 'container', 'docker.action': 'start', 'docker.name': 'a' },
  { 'docker.type': 'container', 'docker.action': 'die', 'docker.name': 'b', 'docker.code': 1n },
  { 'docker.type': 'container', 'docker.action': 'die', 'docker.code': 0n },
  { 'docker.type': 'network', 'docker.action': 'connect' },
  {},
];

describe('what becomes of a comparison', () => {
  it('is counted in an `and` only where the parts before it hold', () => {
    const [observation] = observe(
      rule('R', 'docker.type = container and docker.action = die and docker.code > 0'),
      EVENTS,
    );
    expect(termsOf(observation as RuleObservation)).toEqual([
      ['docker.type = container', 3, 2, 1],
      ['docker.action = die', 2, 1, 0],
      ['docker.code > 0', 1, 1, 0],
    ]);
    expect(observation).toMatchObject({ rule: 'R', fired: 1, preempted: 0, preemptedBy: {} });
  });

  it('is counted in an `or` only where the parts before it do not hold', () => {
    const observation = only(
      observe(rule('R', 'docker.action = die or docker.name = a or docker.name exists'), EVENTS),
    );
    expect(termsOf(observation)).toEqual([
      ['docker.action = die', 2, 3, 1],
      ['docker.name = a', 1, 2, 2],
      ['docker.name exists', 0, 2, 2],
    ]);
    expect(observation.fired).toBe(3);
  });

  it('is what it comes to itself under a `not`', () => {
    const observation = only(observe(rule('R', 'docker.action exists and not docker.name = a'), EVENTS));
    expect(termsOf(observation)).toEqual([
      ['docker.action exists', 4, 1, 1],
      ['docker.name = a', 1, 3, 2],
    ]);
    expect(observation.fired).toBe(3);
  });

  it('is counted apart at each place, also where comparisons are alike and shared', () => {
    const same = 'docker.action = die';
    const rules = rule('R', `${same} or (docker.name = a and ${same})`) + rule('S', same);
    const [r, s] = observe(rules, EVENTS, { ruleMatching: 'all' });
    expect(termsOf(r as RuleObservation)).toEqual([
      [same, 2, 3, 1],
      ['docker.name = a', 1, 2, 2],
      [same, 0, 1, 0],
    ]);
    expect(termsOf(s as RuleObservation)).toEqual([[same, 2, 3, 1]]);
  });

  it('is counted in macros and exceptions, where they stand', () => {
    const macros = '- macro: ends\n  condition: docker.action = die\n- list: names\n  items: [b, c]\n';
    const text = `${macros}${rule('R', 'ends and docker.name in (names)')}  exceptions: [{name: e, fields: [docker.name, docker.code], comps: [=, <], values: [[b, 5]]}]\n`;
    const observation = only(observe(text, EVENTS));
    expect(termsOf(observation)).toEqual([
      ['docker.action = die', 2, 3, 1],
      ['docker.name in (b, c)', 1, 1, 1],
      ['docker.name = b', 1, 0, 0],
      ['docker.code < 5', 1, 0, 0],
    ]);
    expect(observation.fired).toBe(0);
    expect(observation.terms[0]?.place).toEqual({ file: '1.yaml', line: 2, column: 14 });
    expect(observation.terms[2]?.place.line).toBe(11);
  });

  it('is absent when any value that it needs is', () => {
    const observation = only(
      observe(rule('R', 'docker.name = val(docker.path) or b64(docker.name) = x'), [
        { 'docker.name': 'eA==', 'docker.path': 'eA==' },
        { 'docker.name': 'eA==' },
        { 'docker.path': 'a' },
        { 'docker.name': '%', 'docker.path': 'a' },
      ]),
    );
    expect(termsOf(observation)).toEqual([
      ['docker.name = val(docker.path)', 1, 3, 2],
      ['b64(docker.name) = x', 1, 2, 2],
    ]);
  });

  it('adds up over batches', () => {
    const engine = engineOf(rule('R', 'docker.action = die'), { observe: true });
    engine.evaluate(new TestBatch(EVENTS));
    engine.evaluate(new TestBatch([]));
    engine.evaluate(new TestBatch(EVENTS.slice(1), 6));
    const observation = only(engine.observations());
    expect(termsOf(observation)).toEqual([['docker.action = die', 4, 5, 2]]);
    expect(observation.fired).toBe(4);
  });
});

describe('rules that earlier ones silence', () => {
  const RULES =
    rule('Ends', 'docker.action = die') +
    rule('Named', 'docker.name exists') +
    rule('Any', 'docker.type = container and docker.action exists');

  it('are counted as preempted, by the rule that reported the event, and their terms are not', () => {
    const [ends, named, any] = observe(RULES, EVENTS);
    expect(ends).toMatchObject({ fired: 2, preempted: 0 });
    expect(named).toMatchObject({ fired: 1, preempted: 1, preemptedBy: { Ends: 1 } });
    expect(termsOf(named as RuleObservation)).toEqual([['docker.name exists', 1, 2, 2]]);
    expect(any).toMatchObject({ fired: 0, preempted: 3, preemptedBy: { Ends: 2, Named: 1 } });
    expect(termsOf(any as RuleObservation)).toEqual([
      ['docker.type = container', 0, 2, 1],
      ['docker.action exists', 0, 0, 0],
    ]);
  });

  it('are not under `rule_matching: all`', () => {
    const observations = observe(RULES, EVENTS, { ruleMatching: 'all' });
    expect(observations.map(({ fired, preempted }) => [fired, preempted])).toEqual([
      [2, 0],
      [2, 0],
      [3, 0],
    ]);
  });
});

describe('an engine', () => {
  it('observes the rules that it evaluates, and raises the same alerts', () => {
    const rules =
      rule('Off', 'docker.action = die', { enabled: 'false' }) +
      rule('Low', 'docker.action = die', { priority: 'DEBUG' }) +
      rule('On', 'docker.action = die');
    const options = { priority: 'Warning', eventNumber: (number: number) => number } as const;
    const [plain, observing] = [engineOf(rules, options), engineOf(rules, { ...options, observe: true })];
    expect(observing.evaluate(new TestBatch(EVENTS))).toEqual(plain.evaluate(new TestBatch(EVENTS)));
    expect(observing.observations().map((observation) => [observation.rule, observation.fired])).toEqual([['On', 2]]);
    expect(observing.observations()[0]?.place).toEqual({ file: '1.yaml', line: 14, column: 3 });
  });

  it('that was not loaded to observe says so', () => {
    expect(() => engineOf(rule('R', 'docker.action = die')).observations()).toThrow(TypeError);
  });
});

describe('the shipped rules over a capture', () => {
  const plugin = LoadedPlugin.load(libraryPath());
  beforeAll(() => plugin.init());
  afterAll(() => plugin.destroy());

  async function evaluate(options: Partial<EngineOptions>) {
    const files = readRulesFiles([projectPath('rules')]);
    const { engine } = Engine.load(files, plugin, { ...DEFAULT_SETTINGS, hostname: 'host', ...options });
    if (!engine) throw new Error('the shipped rules do not load');
    const fired = new Map<string, number>();
    let events = 0;
    for await (const batch of batches(plugin, captureParams(projectPath('captures/run-and-exit.db')))) {
      events += batch.count;
      for (const alert of engine.evaluate(batch)) fired.set(alert.rule, (fired.get(alert.rule) ?? 0) + 1);
    }
    return { engine, fired, events };
  }

  it('fire as often as without observing', async () => {
    const [plain, observing] = [await evaluate({}), await evaluate({ observe: true })];
    const counted = observing.engine
      .observations()
      .flatMap(({ rule: name, fired }) => (fired > 0 ? [[name, fired]] : []));
    expect(new Map(counted as [string, number][])).toEqual(plain.fired);
    expect(observing.fired).toEqual(plain.fired);
  });

  it('fire or are preempted where they would fire under `rule_matching: all`', async () => {
    const [first, all] = [await evaluate({ observe: true }), await evaluate({ observe: true, ruleMatching: 'all' })];
    const matches = ({ rule: name, fired, preempted }: RuleObservation) => [name, fired + preempted];
    expect(first.engine.observations().map(matches)).toEqual(all.engine.observations().map(matches));
    const status = first.engine.observations().find(({ rule: name }) => name === 'Container status changed');
    // Containers that end with failure are told of once, by the particular rule.
    const failures = all.fired.get('Container ended with failure') as number;
    expect(status).toMatchObject({ preempted: failures, preemptedBy: { 'Container ended with failure': failures } });
  });

  it('ask their first comparison about every event that no rule before reported', async () => {
    const { engine, events } = await evaluate({ observe: true });
    let open = events;
    for (const { fired, terms } of engine.observations()) {
      expect((terms[0]?.whenTrue ?? 0) + (terms[0]?.whenFalse ?? 0)).toBe(open);
      open -= fired;
    }
  });
});
