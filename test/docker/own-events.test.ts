import { describe, expect, it } from 'vitest';
import { gapEvent, linesOf } from '#docktape/docker/own-events.js';

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
});

describe('a gap', () => {
  it('is a possible loss when nothing is known', () => {
    const gap = { ...origin, from: 1_700_000_000_000_000_001n, to: 1_700_000_001_500_000_000n, reason: 'why' };
    expect(gapEvent(gap)).toEqual({
      action: 'gap',
      daemonId: 'ABCD',
      attributes: {
        endpoint: origin.endpoint,
        from: '2023-11-14T22:13:20.000000001Z',
        to: '2023-11-14T22:13:21.500000000Z',
        reason: 'why',
        loss: 'possible',
      },
      time: 1_700_000_001_500_000_000n,
      gap,
    });
  });

  it('is a certain loss with or without a number', () => {
    expect(gapEvent({ ...origin, from: 0n, to: 1n, reason: '', dropped: 7 }).attributes).toMatchObject({
      loss: 'certain',
      dropped: '7',
    });
    const unknown = gapEvent({ ...origin, from: 0n, to: 1n, reason: '', dropped: 0 }).attributes;
    expect(unknown.loss).toBe('certain');
    expect(unknown).not.toHaveProperty('dropped');
  });
});
