import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import { ContextSlots } from '#docktape/source/context-slots.js';
import { FrameKind } from '#docktape/source/frames.js';
import { TimedLines } from '#docktape/source/timed-lines.js';

function written(batch: LineBatch, slots?: ContextSlots): string {
  const lines = new TimedLines(batch, FrameKind.events, slots);
  const out = Buffer.alloc(64 * 1024);
  let end = 0;
  while (lines.left > 0) {
    if (lines.untold) lines.tell(lines.untold);
    const { nextLength } = lines;
    const before = end;
    end = lines.writeNext(out, before);
    expect(end - before).toBeLessThanOrEqual(nextLength);
  }
  return out.toString('utf8', 0, end);
}

describe('lines with their times', () => {
  it('are the time in nanoseconds, a space and the line as it is', () => {
    const batch = batchOf(Buffer.from('{"timeNano":1700000000123456789}\nbroken\n{"time":2}\n'), 7n);
    expect(written(batch)).toBe(
      '1700000000123456789 {"timeNano":1700000000123456789}\n7 broken\n2000000000 {"time":2}\n',
    );
  });

  it('have any time there is', () => {
    const times = [0n, 1n, 9n, 10n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, 10n ** 18n, 2n ** 63n - 1n];
    for (let bits = 0n; bits < 63n; bits += 1n) times.push(2n ** bits - 1n, 2n ** bits, 2n ** bits + 1n);
    const batch = batchOf(Buffer.from(times.map((time) => `{"timeNano":${time}}\n`).join('')), 0n);
    expect(written(batch)).toBe(times.map((time) => `${time} {"timeNano":${time}}\n`).join(''));
  });

  it('may have their times in a part of a larger array', () => {
    const { lines } = batchOf(Buffer.from('a\nb\n'), 0n);
    const times = new BigInt64Array([1n, 2n, 3n, 4n]).subarray(1, 3);
    expect(written({ lines, times, count: 2 })).toBe('2 a\n3 b\n');
  });

  it('come with their contexts, where they can take them', () => {
    const context = { json: Buffer.from('{"host":{"name":"grüße"}}') };
    const batch = batchOf(Buffer.from('{"time":1}\nbroken\n{"time":2}\n{}\n\n{"time":3}\n'), 7n);
    expect(written({ ...batch, contexts: [context, context, undefined, context, context] })).toBe(
      [
        '1000000000 {"time":1,"docktape":{"host":{"name":"grüße"}}}\n',
        '7 broken\n',
        '2000000000 {"time":2}\n',
        '7 {}\n',
        '3000000000 {"time":3,"docktape":{"host":{"name":"grüße"}}}\n',
      ].join(''),
    );
  });

  it('name their contexts, where the plugin can be told of those', () => {
    const slots = new ContextSlots();
    const [one, other] = [{ json: Buffer.from('{"host":{}}') }, { json: Buffer.from('{}') }];
    const lines = '{"time":1}\nbroken\n{"time":2}\n{}\n{"time":3}\n{"time":4}\n';
    const batch = batchOf(Buffer.from(lines), 7n);
    const contexts = [one, one, undefined, one, other, one];
    const text = [
      '1000000000 1 {"time":1}',
      '7 0 broken',
      '2000000000 0 {"time":2}',
      '7 0 {}',
      '3000000000 2 {"time":3}',
    ];
    expect(written({ ...batch, contexts }, slots)).toBe([...text, '4000000000 1 {"time":4}\n'].join('\n'));
    // Where nothing has one, none are named.
    expect(written(batch, slots)).toBe(
      '1000000000 {"time":1}\n7 broken\n2000000000 {"time":2}\n7 {}\n3000000000 {"time":3}\n4000000000 {"time":4}\n',
    );
  });
});
