import { describe, expect, it, test } from 'vitest';
import { type ContainerChange, containerChanges } from '#docktape/docker/containers/container-changes.js';
import { batchOf } from '#docktape/docker/event-time.js';

const attributes = { image: 'busybox:1', name: 'cup' };

describe('changes of what runs', () => {
  test.each<[engine: string, line: (action: string) => unknown]>([
    ['Docker until 28', (a: string) => ({ status: a, id: 'ab', from: 'busybox:1', ...event(a), scope: 'local' })],
    ['Docker 29 at its newest API', (a: string) => ({ ...event(a), scope: 'local', time: 1, timeNano: 1 })],
    [
      'Docker 29 at an older API',
      (a: string) => ({ Action: a, Actor: { Attributes: attributes, ID: 'ab' }, Type: 'container', from: 'busybox:1' }),
    ],
    ['Podman', (a: string) => ({ ...event(a), timeNano: 1, HealthStatus: '', status: a, id: 'ab', from: 'busybox:1' })],
  ])('are read from the lines of %s', (_, line) => {
    const actions = ['create', 'start', 'rename', 'die', 'destroy', 'remove'];
    expect(changesOf(actions.map(line))).toEqual([
      { action: 'start', id: 'ab', ...attributes },
      { action: 'rename', id: 'ab', ...attributes },
      { action: 'die', id: 'ab' },
      { action: 'destroy', id: 'ab' },
      { action: 'remove', id: 'ab' },
    ]);
  });

  it.each([
    'create',
    'stop',
    'restart',
    'resize',
    'kill',
    'detach',
    'died',
    'starting',
    'exec_start: sh',
    'exec_create: {"Action":"start"}',
    'exec_die',
    'health_status: healthy',
  ])('are not the action %s', (action) => expect(changesOf([event(action)])).toEqual([]));

  it.each([
    ['of an image', { ...event('remove'), Type: 'image' }],
    ['with an action in a label alone', event('create', { Action: 'start' })],
    ['with the text of an action in a label', event('create', { text: '"Action":"start"' })],
    ['without an ID', { ...event('start'), Actor: { ID: '', Attributes: {} } }],
    ['with another type of ID', { ...event('start'), Actor: { ID: 5, Attributes: {} } }],
    ['without an actor', { ...event('start'), Actor: null }],
    ['without an action', { Type: 'container', Actor: { ID: 'ab', Attributes: {} } }],
  ])('are not in an event %s', (_, line) => expect(changesOf([line])).toEqual([]));

  it('are found in the midst of others, whatever has a capital A or is no JSON', () => {
    const lines = [
      '{',
      'A',
      '',
      'no event',
      event('start'),
      '{"Action":"start"',
      'AAAA',
      '{"Type":"container","Action":"start","Actor":{"ID":"ab"',
      event('die', { A: 'Actor' }),
      'A',
    ];
    expect(changesOf(lines).map(({ action }) => action)).toEqual(['start', 'die']);
  });

  it('have no name or image when the event has none', () => {
    const line = { Type: 'container', Action: 'start', Actor: { ID: 'ab', Attributes: { image: 5 } } };
    expect(changesOf([line])).toEqual([{ action: 'start', id: 'ab' }]);
  });
});

function event(action: string, more: Record<string, string> = {}): Record<string, unknown> {
  return { Type: 'container', Action: action, Actor: { ID: 'ab', Attributes: { ...attributes, ...more } } };
}

function changesOf(lines: readonly unknown[]): ContainerChange[] {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const changes: ContainerChange[] = [];
  containerChanges(batchOf(Buffer.from(`${text}\n`), 0n), (change) => changes.push(change));
  return changes;
}
