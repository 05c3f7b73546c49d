import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import { FrameQueue } from '#docktape/source/frame-queue.js';
import { FrameKind, frame } from '#docktape/source/frames.js';
import { eventsIn, eventsOf, type Frame, FrameDecoder } from '../support/frames.js';

const { events, own, log, context, enriched } = FrameKind;

/** Digits of a time, at most. */
const LONGEST = 19;

function batch(...lines: string[]): LineBatch {
  return batchOf(Buffer.from(lines.map((line) => `${line}\n`).join('')), 1n);
}

/** Takes everything out of the queue, block by block. */
function drain(queue: FrameQueue): Frame[] {
  const frames: Frame[] = [];
  for (let block = queue.lend(); block; block = queue.lend()) {
    // Each block has whole frames, so something else may go between two of them.
    const decoder = new FrameDecoder();
    frames.push(...decoder.push(Buffer.from(block)));
    expect(decoder.rest).toBe(0);
    queue.takeBack();
  }
  return frames;
}

function payloads(frames: readonly Frame[]): string[] {
  return frames.flatMap(eventsOf).map(({ payload }) => payload);
}

describe('a queue of frames', () => {
  it('gives them in order, joined to those of their kind before them', () => {
    const queue = new FrameQueue();
    queue.addLines(events, batch('a', 'b'));
    queue.addLines(events, batch('c'));
    queue.addLines(own, batch('gap'));
    queue.add(frame(log, 'dropped', 4));
    queue.addLines(events, batch('d'));
    expect(drain(queue).map(({ kind, count, body }) => [kind, count, body.toString()])).toEqual([
      [events, 3, '1 a\n1 b\n1 c\n'],
      [own, 1, '1 gap\n'],
      [log, 4, 'dropped'],
      [events, 1, '1 d\n'],
    ]);
    expect(queue.lend()).toBe(undefined);
  });

  it.each([
    [0, 0],
    [LONGEST + ' aaaa\n'.length - 1, 0],
    [LONGEST + ' aaaa\n'.length, 1],
    [2 * LONGEST + ' aaaa\n bb\n'.length - 1, 1],
    [2 * LONGEST + ' aaaa\n bb\n'.length, 2],
  ])('with room for %i bytes takes as many first lines as surely fit', (most, count) => {
    const queue = new FrameQueue();
    const lines = batchOf(Buffer.from('aaaa\nbb\ncccccccccccccccccccc\nd\n'), 10n ** 18n);
    expect(queue.addLines(events, lines, most)).toBe(count);
    expect(payloads(drain(queue))).toEqual(['aaaa', 'bb'].slice(0, count));
  });

  it('tells of a context before the first line that names it, and only then', () => {
    const queue = new FrameQueue();
    const [one, other] = [{ json: Buffer.from('{"host":{}}') }, { json: Buffer.from('{"exec":{}}') }];
    const lines = batch('{"a":1}', '{"a":2}', '{"a":3}', '{}');
    queue.addLines(events, { ...lines, contexts: [one, one, other, one] });
    queue.addLines(own, { ...batch('{"gap":1}'), contexts: [one] });
    queue.addLines(events, { ...batch('{"a":4}', '{"a":5}'), contexts: [other, undefined] });
    queue.addLines(events, batch('{"a":6}'));
    expect(drain(queue).map(({ kind, count, body }) => [kind, count, body.toString()])).toEqual([
      [context, 1, '{"host":{}}'],
      [enriched, 2, '1 1 {"a":1}\n1 1 {"a":2}\n'],
      [context, 2, '{"exec":{}}'],
      [enriched, 2, '1 2 {"a":3}\n1 0 {}\n'],
      [own, 1, '1 {"gap":1,"docktape":{"host":{}}}\n'],
      [enriched, 2, '1 2 {"a":4}\n1 0 {"a":5}\n'],
      [events, 1, '1 {"a":6}\n'],
    ]);
    expect(queue.bytes).toBe(0);
  });

  it('gives the number of the context that was told first to the next one, when there are no more', () => {
    const queue = new FrameQueue();
    const contexts = Array.from({ length: 4097 }, (_, index) => ({
      json: Buffer.from(`{"host":{"name":"${index}"}}`),
    }));
    const [first, second] = contexts;
    const lines = contexts.map((_, index) => `{"n":${index}}`);
    queue.addLines(events, { ...batch(...lines), contexts });
    queue.addLines(events, { ...batch('{"n":"second"}', '{"n":"first"}'), contexts: [second, first] });
    const frames = drain(queue);
    const told = frames.filter(({ kind }) => kind === context).map(({ count }) => count);
    expect(told).toEqual([...contexts.keys()].slice(1, 4096).concat(1, 2, 3, 4));
    const named = eventsIn(frames).map(({ payload }) => JSON.parse(payload));
    expect(named.map(({ n, docktape }) => [n, docktape.host.name])).toEqual([
      ...contexts.map((_, index) => [index, String(index)]),
      ['second', '1'],
      ['first', '0'],
    ]);
  });

  it('writes a context that the plugin would not keep with each of its lines', () => {
    const queue = new FrameQueue();
    const long = { json: Buffer.from(`{"host":{"name":"${'x'.repeat(17_000)}"}}`) };
    queue.addLines(events, { ...batch('{"a":1}', '{"a":2}', '{"a":3}'), contexts: [undefined, long, undefined] });
    expect(drain(queue).map(({ kind, count, body }) => [kind, count, body.toString()])).toEqual([
      [enriched, 1, '1 0 {"a":1}\n'],
      [events, 1, `1 {"a":2,"docktape":${long.json}}\n`],
      [enriched, 1, '1 0 {"a":3}\n'],
    ]);
  });

  it('counts its bytes until they have left', () => {
    const queue = new FrameQueue();
    queue.addLines(events, batch('a'));
    queue.addLines(events, batch('b'));
    expect(queue.bytes).toBe(12 + '1 a\n1 b\n'.length);
    const lent = queue.lend();
    expect(queue.bytes).toBe(lent?.length);
    queue.add(frame(log, 'x', 4));
    queue.takeBack();
    expect(queue.bytes).toBe(12 + 'x'.length);
    drain(queue);
    expect(queue.bytes).toBe(0);
    queue.takeBack();
    expect(queue.bytes).toBe(0);
  });

  it('leaves alone what is lent', () => {
    const queue = new FrameQueue();
    queue.addLines(events, batch('a'));
    const lent = queue.lend() ?? Buffer.alloc(0);
    queue.addLines(events, batch('b'));
    queue.addLines(events, batch('c'));
    expect(new FrameDecoder().push(lent).map(({ body }) => body.toString())).toEqual(['1 a\n']);
    queue.takeBack();
    expect(payloads(drain(queue))).toEqual(['b', 'c']);
  });

  it('has room for lines of any length, in any order', () => {
    const lengths = [1, 200_000, 30, 70_000, 70_000, 131_072, 131_071, 131_050, 131_040, 500_000, 500_000, 0];
    const lines = lengths.map((length, index) => `${index}${'x'.repeat(length)}`);
    const one = new FrameQueue();
    one.addLines(events, batch(...lines));
    expect(payloads(drain(one))).toEqual(lines);
    const another = new FrameQueue();
    for (const line of lines) another.addLines(events, batch(line));
    expect(payloads(drain(another))).toEqual(lines);
  });

  it.each<[string, number, (index: number) => string]>([
    ['small lines', 200_000, () => 'x'.repeat(80)],
    ['lines of most of a block', 300, () => 'x'.repeat(70_000)],
    ['small and large lines in turn', 200, (index) => 'x'.repeat(index % 2 === 0 ? 80 : 140_000)],
  ])('takes hardly more memory than its bytes, with %s, one at a time', (_, count, line) => {
    const queue = new FrameQueue();
    for (let index = 0; index < count; index += 1) queue.addLines(events, batch(line(index)));
    expect(queue.bytes).toBeGreaterThan(10 << 20);
    expect(memoryOf(queue)).toBeLessThan(queue.bytes * 1.2);
  });
});

/** The bytes of all memory that the blocks of a queue lie in. */
function memoryOf(queue: FrameQueue): number {
  let memory = 0;
  for (let block = queue.lend(); block; block = queue.lend()) memory += block.buffer.byteLength;
  return memory;
}
