import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readEvents } from '#docktape/docker/feed/event-stream.js';

describe('reading a stream of events', () => {
  it('lets others have their turn, however much the daemon has to say', async () => {
    const stream = new PassThrough({ highWaterMark: 64 << 20 });
    const chunk = Buffer.from('{}\n'.repeat(20_000));
    const chunks = 100;
    for (let number = 0; number < chunks; number += 1) stream.write(chunk);
    stream.end();
    let turn = 0;
    const next = () => {
      turn += 1;
      immediate = setImmediate(next);
    };
    let immediate = setImmediate(next);
    const bytesInTurn = new Map<number, number>();
    let lines = 0;
    const end = await readEvents(stream, (batch) => {
      lines += batch.count;
      bytesInTurn.set(turn, (bytesInTurn.get(turn) ?? 0) + batch.lines.length);
    });
    clearImmediate(immediate);
    expect(lines).toBe(chunks * 20_000);
    expect(end).toEqual({ clean: true, reason: 'the daemon ended the stream' });
    expect(Math.max(...bytesInTurn.values())).toBeLessThanOrEqual(4 * chunk.length);
  });

  it('ends when a line has no end', async () => {
    const stream = new PassThrough({ highWaterMark: 1 << 20 });
    const ended = readEvents(stream, () => {});
    const chunk = Buffer.alloc(1 << 20, 'x');
    while (!stream.destroyed) await new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
    expect(await ended).toEqual({
      clean: false,
      partial: Buffer.alloc(64 << 10, 'x'),
      reason: expect.stringMatching(/^a line of the event stream is over 67108864 bytes long: check/),
    });
  });

  it('takes error and close as the end', async () => {
    const stream = new PassThrough();
    const ended = readEvents(stream, () => {});
    stream.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    expect(await ended).toEqual({ clean: false, reason: 'the connection was cut' });
  });

  it('keeps what there was of the last line', async () => {
    const stream = new PassThrough();
    const ended = readEvents(stream, () => {});
    stream.write('{"whole":1}\n{"ha');
    stream.end('lf');
    expect(await ended).toMatchObject({ clean: false, partial: Buffer.from('{"half') });
  });
});
