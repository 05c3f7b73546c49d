import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import { eventsFrame, FrameKind, frame, longestFrame } from '#docktape/source/frames.js';
import { eventsOf, FrameDecoder } from '../support/frames.js';

describe('a frame', () => {
  it('is a little-endian header of length, kind and count, then the body', () => {
    expect([...frame(FrameKind.log, 'grü', 6)]).toEqual([4, 0, 0, 0, 3, 0, 0, 0, 6, 0, 0, 0, 0x67, 0x72, 0xc3, 0xbc]);
  });

  it('may have no body', () => {
    expect([...frame(FrameKind.end)]).toEqual([0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('an events frame', () => {
  it('has the time before each line', () => {
    const batch = batchOf(Buffer.from('{"timeNano":1700000000123456789}\nbroken\n{"time":2}\n'), 7n);
    const [decoded] = new FrameDecoder().push(eventsFrame(batch));
    expect(decoded).toMatchObject({ kind: FrameKind.events, count: 3 });
    expect(decoded?.body.toString()).toBe(
      '1700000000123456789 {"timeNano":1700000000123456789}\n7 broken\n2000000000 {"time":2}\n',
    );
  });

  it('writes any time as it is', () => {
    const times = [0n, 1n, 9n, 10n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, 10n ** 18n, 2n ** 63n - 1n];
    for (let bits = 0n; bits < 63n; bits += 1n) times.push(2n ** bits - 1n, 2n ** bits, 2n ** bits + 1n);
    const batch = batchOf(Buffer.from(times.map((time) => `{"timeNano":${time}}\n`).join('')), 0n);
    const [decoded] = new FrameDecoder().push(eventsFrame(batch));
    expect(decoded && eventsOf(decoded)).toEqual(times.map((ts) => ({ ts, payload: `{"timeNano":${ts}}` })));
  });

  it('is never longer than foretold', () => {
    const batch = batchOf(Buffer.from('{"timeNano":9223372036854775807}\n'.repeat(10)), 0n);
    expect(eventsFrame(batch).length).toBe(longestFrame(batch));
  });

  it('takes a part of a larger array of times', () => {
    const { lines } = batchOf(Buffer.from('a\nb\n'), 0n);
    const times = new BigInt64Array([1n, 2n, 3n, 4n]).subarray(1, 3);
    const [decoded] = new FrameDecoder().push(eventsFrame({ lines, times, count: 2 }));
    expect(decoded?.body.toString()).toBe('2 a\n3 b\n');
  });

  it('is made in the memory that it is given, when that is large enough', () => {
    const batch = batchOf(Buffer.from('{"timeNano":12}\n'), 0n);
    const memory = Buffer.alloc(1_000, 'x');
    const made = eventsFrame(batch, memory);
    expect(made.buffer).toBe(memory.buffer);
    expect(made).toEqual(eventsFrame(batch));
    expect(eventsFrame(batch, memory.subarray(0, 20))).toEqual(made);
  });
});
