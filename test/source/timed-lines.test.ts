import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import { linesWithin, TimedLines } from '#docktape/source/timed-lines.js';

function written(batch: LineBatch): string {
  const lines = new TimedLines(batch);
  const out = Buffer.alloc(64 * 1024);
  let end = 0;
  while (lines.left > 0) {
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

  it('fit with their contexts, or do not', () => {
    const longest = '9223372036854775807'.length;
    const context = { json: Buffer.from('{"host":{}}') };
    const first = longest + ' {"a":1,"docktape":{"host":{}}}\n'.length;
    const all = first + longest + ' {"b":2}\n'.length;
    const batch = { ...batchOf(Buffer.from('{"a":1}\n{"b":2}\n'), 0n), contexts: [context, undefined] };
    const taken = [first - 1, first, all - 1, all].map((bytes) => linesWithin(batch, bytes));
    expect(taken.map(({ count }) => count)).toEqual([0, 1, 1, 2]);
    expect(taken.map(({ contexts }) => contexts)).toEqual([[], [context], [context], [context, undefined]]);
  });

  it('are as many first ones of a batch as fit', () => {
    const longest = '9223372036854775807'.length;
    const batch = batchOf(Buffer.from('aaaa\nbb\ncccccc\n'), 0n);
    const first = longest + ' aaaa\n'.length;
    const second = first + longest + ' bb\n'.length;
    const all = second + longest + ' cccccc\n'.length;
    const taken = [-1, 0, first - 1, first, second - 1, second, all - 1, all].map((bytes) => linesWithin(batch, bytes));
    expect(taken.map(({ count }) => count)).toEqual([0, 0, 0, 1, 1, 2, 2, 3]);
    expect(taken.map(({ lines }) => lines.toString())).toEqual([
      ...['', '', '', 'aaaa\n', 'aaaa\n', 'aaaa\nbb\n', 'aaaa\nbb\n', 'aaaa\nbb\ncccccc\n'],
    ]);
  });
});
