import { describe, expect, it, test } from 'vitest';
import { ContainerEvents, containerEvents } from '#docktape/docker/container-events.js';
import { containerId, execId } from './enrichment/support/answers.js';

type Attributes = Readonly<Record<string, string>>;

const id = containerId(1);

function core(action: string, attributes: Attributes = {}, type = 'container', actor = id) {
  const sorted = Object.fromEntries(Object.entries({ image: 'busybox:1', name: 'cup', ...attributes }).sort());
  return { Type: type, Action: action, Actor: { ID: actor, Attributes: sorted } };
}

/** The layouts in which engines write an event of a container. */
const layouts: readonly (readonly [engine: string, line: (action: string, attributes?: Attributes) => unknown])[] = [
  ['Docker until 28', (a, more) => ({ status: a, id, from: 'busybox:1', ...core(a, more), scope: 'local', time: 1 })],
  ['Docker 29 at its newest API', (a, more) => ({ ...core(a, more), scope: 'local', time: 1, timeNano: 1 })],
  [
    'Docker 29 at an older API',
    (a, more) => {
      const { Actor } = core(a, more);
      return {
        Action: a,
        Actor: { Attributes: Actor.Attributes, ID: id },
        Type: 'container',
        from: 'x',
        id,
        status: a,
      };
    },
  ],
  ['Podman', (a, more) => ({ ...core(a, more), timeNano: 1, HealthStatus: '', status: a, id, from: 'busybox:1' })],
  ['an engine with a short ID', (a, more) => ({ status: a, id: 'ab', ...core(a, more, 'container', 'ab') })],
];

/** What is read off each line; `undefined` where there is no container. The lines follow each other. */
function readAll(lines: readonly unknown[]): unknown[] {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
  const events = new ContainerEvents(bytes, texts.length);
  return texts.map((_, index) => {
    const action = events.action(index);
    if (action === undefined) return undefined;
    return { action, id: events.id(index), ...(action.startsWith('exec_') ? { execId: events.execId(index) } : {}) };
  });
}

describe('the container of an event', () => {
  test.each(layouts)('is read off lines of %s', (engine, line) => {
    const container = engine.includes('short') ? 'ab' : id;
    const actions = {
      create: 'create',
      start: 'start',
      update: 'update',
      rename: 'rename',
      destroy: 'destroy',
      remove: 'remove',
      die: 'die',
      restart: 'other',
      created: 'other',
      'health_status: healthy': 'other',
      exec_detach: 'other',
    };
    expect(readAll(Object.keys(actions).map((action) => line(action)))).toEqual(
      Object.values(actions).map((action) => ({ action, id: container })),
    );
  });

  test.each(layouts)('has an exec in lines of %s', (engine, line) => {
    const attributes = { execID: execId(1), text: '"execID":"forged"', a: '{"execID":"forged"}' };
    const actions = {
      'exec_create: sh -c "exit 1"': 'exec_create',
      'exec_start: /bin/sh \\ \\"': 'exec_start',
      exec_die: 'exec_die',
      exec_died: 'exec_died',
    };
    expect(readAll(Object.keys(actions).map((action) => line(action, attributes)))).toEqual(
      Object.values(actions).map((action) => ({ action, id: engine.includes('short') ? 'ab' : id, execId: execId(1) })),
    );
  });

  it('is the same when other lines were read before, and may lack the name of the exec', () => {
    const lines = [
      core('exec_create: sh', { execID: execId(1) }),
      core('exec_create: sh'),
      'no event',
      core('die', { execID: execId(2) }, 'container', containerId(2)),
      '{',
      core('start', {}, 'container', 'ab'),
    ];
    expect(readAll(lines)).toEqual([
      { action: 'exec_create', id, execId: execId(1) },
      { action: 'exec_create', id, execId: '' },
      undefined,
      { action: 'die', id: containerId(2) },
      undefined,
      { action: 'start', id: 'ab' },
    ]);
  });
});

describe('a label', () => {
  const attributes = {
    Type: 'container',
    Action: 'destroy',
    Actor: `{"ID":"${containerId(9)}"}`,
    ID: containerId(9),
    a: `","Type":"container","Action":"destroy","Actor":{"ID":"${containerId(9)}"`,
    '","Type":"container","Action":"destroy","Actor":{"ID":"x': containerId(9),
  };

  test.each(layouts.slice(0, 4))('does not pass for a member in lines of %s', (_, line) =>
    expect(readAll([line('die', attributes)])).toEqual([{ action: 'die', id }]),
  );

  test.each(['network', 'image', 'volume', 'config', 'containers'])('makes no container of a %s', (type) => {
    const legacy = { status: 'pull', id: 'busybox', ...core('pull', attributes, type) };
    const sorted = { Action: 'pull', Actor: core('pull', attributes).Actor, Type: type };
    expect(readAll([core('connect', attributes, type), legacy, sorted])).toEqual([undefined, undefined, undefined]);
  });

  it('does not pass for the ID of an exec, though its name ends like the key', () =>
    expect(readAll([core('exec_create: sh', { 'a"execID': '0', execID: execId(1) })])).toEqual([
      { action: 'exec_create', id, execId: execId(1) },
    ]));

  it('does not pass for a member as the name of an image', () => {
    const from = `x","Type":"container","Action":"destroy","Actor":{"ID":"${containerId(9)}"`;
    expect(readAll([{ status: 'die', id, from, ...core('die') }])).toEqual([{ action: 'die', id }]);
  });
});

describe('no container', () => {
  it.each([
    [
      'is in a line that breaks off behind an escaped quote',
      `{"Type":"container","Action":"die","Actor":{"ID":"${id.slice(1)}\\"`,
    ],
    ['is in an event without an ID, as of prune', core('prune', {}, 'container', '')],
    [
      'is in an event without an ID, with a quote where one would end',
      core('prune', { image: 'x'.repeat(32), name: 'y' }, 'container', ''),
    ],
    ['is in an event of another layout without an ID', { Action: 'die', Type: 'container', Actor: { ID: 5 } }],
    ['is in an event without an actor', { Type: 'container', Action: 'die' }],
    ['is in a line that breaks off', `{"Type":"container","Action":"die","Actor":{"ID":"${id}`],
    ['is in a line that breaks off earlier', '{"Type":"container","Action":"die'],
    ['is in a list', [core('die')]],
    ['is in a text', 'TTTT "Type":"container"'],
    ['is in an empty line', ''],
  ])('%s', (_, line) => expect(readAll([line, core('die')])).toEqual([undefined, { action: 'die', id }]));

  it('is in an event without an action, whose container is known all the same', () =>
    expect(readAll([{ Type: 'container', Actor: { ID: id } }])).toEqual([{ action: 'other', id }]));
});

describe('the containers of a batch', () => {
  const times = new BigInt64Array(1);
  const batch = { lines: Buffer.from(`${JSON.stringify(core('die'))}\n`), times, count: 1 };

  it('are read once', () => expect(containerEvents(batch)).toBe(containerEvents(batch)));

  it('are read anew in a batch that was made of it', () => {
    containerEvents(batch);
    const other = { ...batch, lines: Buffer.from(`${JSON.stringify(core('start'))}\n`) };
    expect(containerEvents(other).action(0)).toBe('start');
  });
});
