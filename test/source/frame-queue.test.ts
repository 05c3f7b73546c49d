import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import { FrameQueue } from '#docktape/source/frame-queue.js';
import { FrameKind, frame } from '#docktape/source/frames.js';
import { eventsOf, type Frame, FrameDecoder } from '../support/frames.js';

const { events, own, log } = FrameKind;

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
