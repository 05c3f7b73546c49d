import { describe, expect, it } from 'vitest';
import type { Incident } from '#docktape/docker/incident.js';
import { linesOf, type OwnEvent, ownEventOf } from '#docktape/docker/own-events.js';

const origin = { endpoint: 'unix:///run/docker.sock', daemonId: 'ABCD' };

describe('an own event', () => {
  it('has the shape of one of Docker, attributes sorted and timeNano last', () => {
    const batch = linesOf([
      {
        action: 'daemon lost',
        daemonId: 'ABCD',
        attributes: { reason: 'a "b"\n', endpoint: 'x' },
        time: 1700000000000000001n,
      },
    ]);
    expect(batch.lines.toString()).toBe(
      '{"Type":"docktape","Action":"daemon lost","Actor":{"ID":"ABCD","Attributes":{"endpoint":"x","reason":"a \\"b\\"\\n"}},"scope":"local","time":1700000000,"timeNano":1700000000000000001}\n',
    );
    expect([...batch.times]).toEqual([1700000000000000001n]);
  });

  it('can come with others', () => {
    const event = { action: 'daemon back', daemonId: '', attributes: {}, time: 5n } as const;
    expect(linesOf([event, event])).toMatchObject({ count: 2, times: new BigInt64Array([5n, 5n]) });
  });

  it('has its context beside its line', () => {
    const event = { action: 'missed start', daemonId: '', attributes: {}, time: 5n } as const;
    const context = { json: Buffer.from('{"host":{"name":"box"}}') };
    const { lines, contexts } = linesOf([{ ...event, context }, event]);
    expect(contexts).toEqual([context, undefined]);
    expect(lines.toString()).not.toContain('box');
    expect(linesOf([event])).not.toHaveProperty('contexts');
  });
});

const context = { json: Buffer.from('{"container":{"privileged":true}}') };

const span = { ...origin, from: 1_700_000_000_000_000_001n, to: 1_700_000_001_500_000_000n, reason: 'why' };

const GAP = {
  endpoint: origin.endpoint,
  from: '2023-11-14T22:13:20.000000001Z',
  to: '2023-11-14T22:13:21.500000000Z',
  reason: 'why',
};

describe('the event of an incident', () => {
  it.each<[Incident, Omit<OwnEvent, 'daemonId'>]>([
    [
      { kind: 'lost', ...origin, reason: 'why', time: 1n },
      { action: 'daemon lost', attributes: { endpoint: origin.endpoint, reason: 'why' }, time: 1n },
    ],
    [
      { kind: 'back', ...origin, time: 2n },
      { action: 'daemon back', attributes: { endpoint: origin.endpoint }, time: 2n },
    ],
    [
      { kind: 'gap', ...span, loss: 'possible' },
      { action: 'gap', attributes: { ...GAP, loss: 'possible' }, time: span.to },
    ],
    [
      { kind: 'gap', ...span, loss: 'certain' },
      { action: 'gap', attributes: { ...GAP, loss: 'certain' }, time: span.to },
    ],
    [
      { kind: 'drop', ...span, events: 7 },
      { action: 'gap', attributes: { ...GAP, loss: 'certain', dropped: '7' }, time: span.to },
    ],
    [
      { kind: 'missed', ...origin, change: 'start', container: 'c0ffee', name: 'cup', image: 'busybox:1', time: 3n },
      {
        action: 'missed start',
        attributes: { endpoint: origin.endpoint, container: 'c0ffee', name: 'cup', image: 'busybox:1' },
        time: 3n,
      },
    ],
    [
      { kind: 'missed', ...origin, change: 'die', container: 'c0ffee', exitCode: 137, time: 4n },
      {
        action: 'missed die',
        attributes: { endpoint: origin.endpoint, container: 'c0ffee', exitCode: '137' },
        time: 4n,
      },
    ],
    [
      { kind: 'missed', ...origin, change: 'start', container: 'c0ffee', context, time: 5n },
      { action: 'missed start', attributes: { endpoint: origin.endpoint, container: 'c0ffee' }, time: 5n, context },
    ],
  ])('$kind', (incident, event) => {
    expect(ownEventOf(incident)).toEqual({ daemonId: 'ABCD', ...event });
  });

  it('is none for a retry', () => {
    expect(ownEventOf({ kind: 'retry', ...origin, reason: 'why', wait: 50 })).toBeUndefined();
  });
});
