import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { Condition } from '#docktape/rules/condition.js';
import { Engine } from '#docktape/rules/engine.js';
import type { FieldValue, RuleSet, Screening } from '#docktape/rules/event-batch.js';
import { compileTestPlugin } from './test-plugin.js';

const payloads = (...texts: string[]) => texts.map((text, i) => ({ ts: BigInt(i), payload: Buffer.from(text) }));

describe('screen', () => {
  const path = compileTestPlugin();
  let plugin: LoadedPlugin;
  beforeEach(() => {
    plugin = LoadedPlugin.load(path);
    plugin.init();
  });
  afterEach(() => plugin.destroy());

  /** Which events each rule is left with, and the values that are in the columns. */
  function screened(screening: Screening, texts: string[]) {
    const { columns, candidates } = plugin.wrap(payloads(...texts)).screen(screening);
    return {
      candidates: Array.from({ length: screening.ruleCount }, (_, rule) => [...(candidates(rule) ?? [])].join('')),
      values: columns.map(({ codes, values }) => Array.from(codes, (code) => values[code])),
    };
  }

  it('asks for a field only while a rule that reads it can match, once the values are known', () => {
    const screening = new TestScreening(2, ['test.length', 'test.payload'], (field, value) =>
      field === 0 ? [0, 1].filter((rule) => value === BigInt(rule)) : [0, 1],
    );
    const texts = ['', 'a', 'ab'];
    const lengths = [0n, 1n, 2n];
    expect(screened(screening, texts)).toEqual({ candidates: ['111', '111'], values: [lengths, texts] });
    expect(screened(screening, texts)).toEqual({
      candidates: ['100', '010'],
      values: [lengths, ['', 'a', undefined]],
    });
  });

  it('asks for no field that only rules read which are out', () => {
    const screening = new TestScreening(2, ['test.length', 'test.payload'], (field) => (field === 0 ? [0] : [0, 1]), [
      [0, 1],
      [1],
    ]);
    screened(screening, ['a']);
    expect(screened(screening, ['a'])).toEqual({ candidates: ['1', ''], values: [[1n], [undefined]] });
  });

  it('judges absence before the first batch', () => {
    const screening = new TestScreening(1, ['test.absent', 'test.payload'], (_, value) =>
      value === undefined ? [] : [0],
    );
    expect(screened(screening, ['a', 'b'])).toEqual({
      candidates: [''],
      values: [
        [undefined, undefined],
        [undefined, undefined],
      ],
    });
  });

  it('keeps 130 rules apart', () => {
    const screening = new TestScreening(130, ['test.length'], (_, value) => [Number(value), Number(value) + 64]);
    const texts = [0, 1, 63, 65].map((length) => 'x'.repeat(length));
    screened(screening, texts);
    const { candidates } = screened(screening, texts);
    const left = candidates.flatMap((mask, rule) => (mask === '' ? [] : [[rule, mask]]));
    expect(left).toEqual([
      [0, '1000'],
      [1, '0100'],
      [63, '0010'],
      [64, '1000'],
      [65, '0101'],
      [127, '0010'],
      [129, '0001'],
    ]);
  });

  it('forgets what it knew of values when their numbers begin anew', () => {
    const screening = new TestScreening(1, ['test.payload'], (_, value) => (value === 'x' ? [0] : []));
    screened(screening, ['y', 'x']);
    expect(screened(screening, ['y', 'x', 'z'])).toEqual({ candidates: ['011'], values: [['y', 'x', 'z']] });
    screened(
      screening,
      Array.from({ length: 5000 }, (_, i) => `${i}`),
    );
    expect(screened(screening, ['x', 'y', 'z']).candidates).toEqual(['111']);
    expect(screened(screening, ['x', 'y', 'z']).candidates).toEqual(['100']);
  });

  it('takes a failed field as absent', () => {
    const screening = new TestScreening(1, ['test.failing', 'test.payload'], () => [0]);
    expect(screened(screening, ['a'])).toEqual({ candidates: ['1'], values: [[undefined], ['a']] });
  });

  it('turns what would crash Falco into an error, after which columns are right', () => {
    const screening = new TestScreening(1, ['test.payload', 'test.nullresult'], () => [0]);
    expect(() => screened(screening, ['a', 'b'])).toThrow('plugin test: extract_fields gave a null pointer');
    const [column] = plugin.wrap(payloads('b')).extract([{ field: 'test.payload' }]);
    expect(column).toEqual({ values: [undefined, 'b'], codes: new Uint32Array([1]) });
  });

  it('leaves columns alone that are extracted whole', () => {
    const screening = new TestScreening(1, ['test.length', 'test.payload'], () => []);
    const batch = plugin.wrap(payloads('a', 'b'));
    batch.screen(screening);
    const [column] = batch.extract([{ field: 'test.payload' }]);
    expect(Array.from(column?.codes ?? [], (code) => column?.values[code])).toEqual(['a', 'b']);
  });
});

/** A screening whose rules all read every field unless it is said otherwise. */
class TestScreening implements Screening {
  readonly requests: Screening['requests'];

  constructor(
    readonly ruleCount: number,
    fields: string[],
    private readonly rulesLeft: (field: number, value: FieldValue) => number[],
    private readonly rulesReading?: number[][],
  ) {
    this.requests = fields.map((field) => ({ field }));
  }

  readers(field: number): RuleSet {
    return this.set(this.rulesReading?.[field] ?? [...Array(this.ruleCount).keys()]);
  }

  possible(field: number, value: FieldValue): RuleSet {
    return this.set(this.rulesLeft(field, value));
  }

  private set(rules: number[]): RuleSet {
    const set = new Uint32Array(2 * Math.ceil(this.ruleCount / 64));
    for (const rule of rules) set[rule >> 5] = (set[rule >> 5] ?? 0) | (1 << (rule & 31));
    return set;
  }
}

describe('an engine that screens', () => {
  const lines = new URL('../rules/conformance/events.jsonl', import.meta.url);
  const events = payloads(...readFileSync(lines, 'utf8').trimEnd().split('\n'));
  const checks = [
    ...['container', 'image', 'network', 'volume'].map((type) => `docker.type = ${type}`),
    'docker.type in (container, network)',
    'docker.action = start',
    'docker.action = die',
    'docker.action in (create, die, pull)',
    'docker.action startswith exec',
    'docker.action exists',
    'docker.exitcode > 0',
    'docker.exitcode exists',
    'docker.container.name = web-1',
    'docker.container.name != web-1',
    'docker.container.name startswith web',
    'docker.image.repository contains alpine',
    'docker.attributes[name] exists',
    'docker.status = val(docker.action)',
    'evt.num > 3',
    'tolower(docker.type) = container',
    'docker.health exists',
  ];

  /** A condition of random shape. */
  function condition(random: (below: number) => number, depth = 3): string {
    const part = () => condition(random, depth - 1);
    switch (depth === 0 ? 0 : random(5)) {
      case 1:
      case 2:
        return `(${part()} and ${part()})`;
      case 3:
        return `(${part()} or ${part()} or ${part()})`;
      case 4:
        return `not (${part()})`;
      default:
        return checks[random(checks.length)] as string;
    }
  }

  it.each([1, 2, 3])('finds what evaluating every condition on every event finds (seed %i)', async (seed) => {
    const random = randomNumbers(seed);
    const conditions = Array.from({ length: 150 }, () => condition(random));
    const text = conditions.map(
      (condition, i) =>
        `- {rule: R${i}, desc: d, condition: '${condition}', output: o, priority: INFO, source: docker}\n`,
    );
    const plugin = LoadedPlugin.load(libraryPath());
    plugin.init();
    const { engine, errors } = Engine.load([{ name: 'rules', text: text.join('') }], plugin, {
      ruleMatching: 'all',
      priority: 'Debug',
      timeFormatIso8601: false,
      appendOutput: [],
    });
    if (!engine) throw new Error(JSON.stringify(errors));
    const single = conditions.map((condition) => Condition.compile(condition, plugin));

    let matches = 0;
    for (let round = 0; round < 4; round++) {
      // In another order each time, so that what is known of one batch meets other events in the next.
      const batch = plugin.wrap(
        events.map((_, i) => events[(i * 5 + round * 3) % events.length] as (typeof events)[0]),
      );
      const found = engine.evaluate(batch).map(({ number, rule }) => `${number} ${rule}`);
      const masks = single.map((condition) => condition.select(batch));
      const expected = events.flatMap((_, i) => masks.flatMap((mask, r) => (mask[i] ? [`${i + 1} R${r}`] : [])));
      expect(found).toEqual(expected);
      matches += found.length;
    }
    expect(matches).toBeGreaterThan(1000);
    expect(matches).toBeLessThan(4 * 150 * events.length - 1000);
    await plugin.destroy();
  });
});

/** Numbers from 0 to below a bound by a linear congruential generator. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
