import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { lintRules } from '#docktape/lint/lint-rules.js';
import { Condition } from '#docktape/rules/condition.js';
import { Engine } from '#docktape/rules/engine.js';
import type { EventBatch } from '#docktape/rules/event-batch.js';
import type { Finding } from '#docktape/rules/finding.js';
import { Random } from '../capture/support/random.js';
import { dockerPlugin, enrichedEvents, rule } from './support/lint.js';
import { RandomConditions } from './support/random-conditions.js';

const SEED = Number(process.env.DOCKTAPE_SEED ?? 20_261_123);
const CONDITIONS = 3000;

const plugin = dockerPlugin();
let events: EventBatch;
let conditions: RandomConditions;

beforeAll(async () => {
  events = await enrichedEvents(plugin);
  conditions = new RandomConditions(new Random(SEED), plugin.fields, events);
  console.log(`random conditions for lint: seed ${SEED} (set DOCKTAPE_SEED to repeat another run)`);
});

/** The numbers of the events that a condition selects. */
function selected(condition: string): number[] {
  return [...Condition.compile(condition, plugin).select(events)].flatMap((holds, i) => (holds ? [i] : []));
}

/** What lint finds in rules R0, R1 and so on of these conditions. */
function lint(texts: readonly string[], ruleMatching: 'first' | 'all' = 'all'): Finding[] {
  const text = texts.map((condition, i) => rule(`R${i}`, condition)).join('');
  const { engine, errors } = Engine.load([{ name: 'r.yaml', text }], plugin, DEFAULT_SETTINGS);
  if (!engine) throw new Error(`seed ${SEED}: ${errors[0]?.message}: ${text}`);
  return lintRules({ rules: engine.rules, origin: plugin, settings: { ruleMatching } });
}

function several<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

describe(`random conditions over the shipped captures (seed ${SEED})`, () => {
  it(`are never called dead, or unknown to Docker, when they select an event`, () => {
    const texts = several(CONDITIONS, () => conditions.next());
    const findings = lint(texts).filter(({ message }) => /can never fire|will not fire/.test(message));
    const dead = new Map(findings.map((finding) => [finding.rule, finding]));
    const wrong = texts.filter((text, i) => dead.has(`R${i}`) && selected(text).length > 0);
    expect(wrong, `seed ${SEED}`).toEqual([]);
    // Both must be frequent for the test to mean something.
    expect(texts.filter((text) => selected(text).length > 0).length).toBeGreaterThan(CONDITIONS / 5);
    expect(dead.size).toBeGreaterThan(CONDITIONS / 50);
  });

  it('have no alternative that is called dead and selects events where the rest holds', () => {
    const rules = several(CONDITIONS / 2, () => {
      const [rest = '', ...alternatives] = several(3, () => `${conditions.term()} and ${conditions.term()}`);
      return { rest, alternatives, condition: `${rest} and (${alternatives.join(' or ')})` };
    });
    const findings = lint(rules.map(({ condition }) => condition)).filter(({ code }) => code === 'LINT_DEAD_BRANCH');
    const wrong = findings.filter(({ rule: name, place }) => {
      const { rest, alternatives, condition } = rules[Number(name?.slice(1))] as (typeof rules)[number];
      const at = place.column - '  condition: "'.length - 1;
      const alternative = alternatives.findLast((text) => condition.indexOf(text) <= at);
      return selected(`${rest} and ${alternative}`).length > 0;
    });
    expect(
      wrong.map(({ text }) => text),
      `seed ${SEED}`,
    ).toEqual([]);
    expect(findings.length).toBeGreaterThan(CONDITIONS / 50);
  });

  it('are never called shadowed by one that does not take all of their events', () => {
    let shadowed = 0;
    for (let i = 0; i < CONDITIONS / 5; i++) {
      const first = conditions.next();
      const second = i % 2 === 0 ? conditions.next() : `${conditions.term()} and (${first})`;
      if (!lint([first, second], 'first').some(({ code }) => code === 'LINT_SHADOWED')) continue;
      shadowed++;
      const taken = new Set(selected(first));
      const left = selected(second).filter((event) => !taken.has(event));
      expect(left, `seed ${SEED}: ${second} is called shadowed by ${first}`).toEqual([]);
    }
    expect(shadowed).toBeGreaterThan(CONDITIONS / 50);
  });
});
