import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { EVENT_KINDS } from '#docktape/lint/docker/event-kinds.js';
import { IMPLIED } from '#docktape/lint/docker/field-facts.js';
import { Engine } from '#docktape/rules/engine.js';
import { dockerPlugin, rule } from './support/lint.js';

const plugin = dockerPlugin();

/** Attributes that give every field a value where the extractor looks for one. */
const ATTRIBUTES = {
  name: 'web',
  image: `registry.example/team/web:1@sha256:${'a'.repeat(64)}`,
  exitCode: '1',
  signal: '9',
  container: 'c'.repeat(64),
  driver: 'local',
  destination: '/data',
  'read/write': 'true',
  execID: 'e'.repeat(64),
  oldName: '/old',
  execDuration: '3',
  type: 'bridge',
};

/** What daemons send, and what somebody may: every type with every action, with and without the members of older daemons. */
function events(): { ts: bigint; payload: Buffer }[] {
  const types = [...new Set(EVENT_KINDS.map(({ type }) => type)), '', 'Container', 'other'];
  const known = EVENT_KINDS.map(({ action }) => (action.endsWith(': ') ? `${action}sh` : action));
  const actions = [...new Set(known), '', 'exec_start', 'exec_start:sh', ': sh', 'other: sh'];
  const members = [{}, { status: 'start', id: 'i'.repeat(64), from: 'web:1' }, { HealthStatus: 'healthy' }];
  const all = types.flatMap((Type) =>
    actions.flatMap((Action) =>
      members.flatMap((more) =>
        [ATTRIBUTES, {}].map((Attributes) => ({ Type, Action, Actor: { ID: 'i'.repeat(64), Attributes }, ...more })),
      ),
    ),
  );
  const partial = [{}, { Type: 'container' }, { Action: 'exec_start: sh', Actor: { Attributes: ATTRIBUTES } }];
  return [...all, ...partial].map((event, i) => ({ ts: BigInt(i + 1), payload: Buffer.from(JSON.stringify(event)) }));
}

it('what lint takes for certain of fields holds on every event that has the field', () => {
  const facts = Object.entries(IMPLIED).flatMap(([field, conditions]) =>
    conditions.map((condition) => ({ field, condition })),
  );
  const text = facts.flatMap(({ field, condition }, i) => [
    rule(`broken ${i}`, `${field} exists and not ${condition}`),
    rule(`seen ${i}`, `${field} exists`),
  ]);
  const settings = { ...DEFAULT_SETTINGS, ruleMatching: 'all' } as const;
  const { engine } = Engine.load([{ name: 'r.yaml', text: text.join('') }], plugin, settings);
  const fired = new Set(engine?.evaluate(plugin.wrap(events())).map((alert) => alert.rule));
  expect(facts.filter((_, i) => fired.has(`broken ${i}`))).toEqual([]);
  expect(facts.filter((_, i) => !fired.has(`seen ${i}`))).toEqual([]);
});
