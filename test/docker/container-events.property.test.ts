import { describe, expect, it } from 'vitest';
import { ContainerEvents } from '#docktape/docker/container-events.js';
import { Random } from '../real/support/random.js';
import { containerId } from './enrichment/support/answers.js';

/** Each is a row of its own, so that a failure names it. */
const SEEDS = Array.from({ length: 20 }, (_, index) => 4_000 + index);
const EVENTS = 400;

const types = ['container', 'container', 'container', 'network', 'image', 'Type', 'containers', ''];
const ids = [containerId(1), containerId(2), containerId(2).slice(1), 'ab', '', 'Type', `${'f'.repeat(64)}0`];
const actions = [
  'create',
  'start',
  'die',
  'destroy',
  'remove',
  'rename',
  'update',
  'died',
  'Type',
  'exec_create: sh -c "Type"',
  'exec_start: \\"',
  'exec_die',
  'exec_died',
  'die"x',
  'health_status: healthy',
];
const texts = [
  'web',
  'Type',
  '"Type":"container","Action":"die","Actor":{"ID":"ab"',
  '","Type":"container","Action":"die","Actor":{"ID":"ab',
  '"execID":"ab"',
  '\\',
  'grüße 🐳',
  '{',
  '',
];
const keys = ['image', 'name', 'Type', 'Action', 'Actor', 'ID', 'execID', 'a"execID', '"Type":"container"', 'Ü', '\\'];

/** An event with members as engines write them, in any order, some of them missing. */
function eventOf(random: Random): string {
  const attributes = Object.fromEntries(
    keys.filter(() => random.chance(0.4)).map((key) => [key, random.pick(key.endsWith('execID') ? ids : texts)]),
  );
  const [id, action] = [random.pick(ids), random.pick(actions)];
  const members: [string, unknown][] = [
    ['status', action],
    ['id', id],
    ['from', random.pick(texts)],
    ['Type', random.pick(types)],
    ['Action', action],
    ['Actor', random.chance(0.1) ? random.pick([null, 'Actor', []]) : { ID: id, Attributes: attributes }],
    ['scope', 'local'],
  ];
  const legacy = random.chance(0.5) ? members : members.slice(3);
  const kept = legacy.filter(() => random.chance(0.97));
  return JSON.stringify(Object.fromEntries(random.chance(0.2) ? kept.reverse() : kept));
}

/** What a line says when it is parsed. */
function parsed(line: string): unknown {
  const { Type, Action, Actor } = JSON.parse(line);
  if (Type !== 'container' || typeof Actor?.ID !== 'string' || Actor.ID === '') return undefined;
  const action = /^(?:(?:create|start|update|rename|die|destroy|remove|exec_died?)$|exec_(?:create|start)(?=:))/.exec(
    Action ?? '',
  );
  const known = action?.[0] ?? 'other';
  return {
    action: known,
    id: Actor.ID,
    ...(known.startsWith('exec') ? { execId: Actor.Attributes.execID ?? '' } : {}),
  };
}

describe.each(SEEDS)('seed %i', (seed) => {
  it('reads off lines what parsing them tells', () => {
    const random = new Random(seed);
    const lines = Array.from({ length: EVENTS }, () => eventOf(random));
    const events = new ContainerEvents(Buffer.from(`${lines.join('\n')}\n`), EVENTS);
    const read = lines.map((_, index) => {
      const action = events.action(index);
      const isExec = action?.startsWith('exec') === true;
      return action && { action, id: events.id(index), ...(isExec ? { execId: events.execId(index) } : {}) };
    });
    expect(read).toEqual(lines.map(parsed));
    expect(read.filter(Boolean).length).toBeGreaterThan(EVENTS / 10);
  });
});
