import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import { payloadsOf } from '#docktape/falco/wrapping.js';

function wrapped(batch: LineBatch): string[] {
  const { data, bounds } = payloadsOf(batch);
  return Array.from({ length: batch.count }, (_, i) =>
    Buffer.from(data.subarray(bounds[2 * i], bounds[2 * i + 1])).toString(),
  );
}

describe('the payloads of lines', () => {
  const batch = batchOf(Buffer.from('{"time":1}\nbroken\n{"time":2}\n'), 7n);

  it('are the lines without their newlines', () => {
    expect(wrapped(batch)).toEqual(['{"time":1}', 'broken', '{"time":2}']);
    expect([...payloadsOf(batch).times]).toEqual([1_000_000_000n, 7n, 2_000_000_000n]);
  });

  it('have the contexts that the lines have', () => {
    const context = { json: Buffer.from('{"host":{"name":"box"}}') };
    const enriched = '{"time":1,"docktape":{"host":{"name":"box"}}}';
    expect(wrapped({ ...batch, contexts: [context, context, undefined] })).toEqual([enriched, 'broken', '{"time":2}']);
    expect(wrapped({ ...batch, contexts: [undefined, context, undefined] })).toEqual(wrapped(batch));
  });

  it('are no more than the lines', () => {
    expect(() => payloadsOf({ ...batch, count: 4, times: new BigInt64Array(4) })).toThrow('a batch of 4 lines holds 3');
  });
});
