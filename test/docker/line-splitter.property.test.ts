import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import { LineSplitter } from '#docktape/docker/line-splitter.js';
import { FrameQueue } from '#docktape/source/frame-queue.js';
import { FrameKind } from '#docktape/source/frames.js';
import { Random } from '../real/support/random.js';
import { eventsOf, type Frame, FrameDecoder } from '../support/frames.js';

/** Each is a row of its own, so that a failure names it: the same seed makes the same events and the same chunks. */
const SEEDS = Array.from({ length: 20 }, (_, index) => 1_000 + index);

const INT64_MAX = 2n ** 63n - 1n;
const SECOND = 1_000_000_000n;

/** An event's line, without its newline, and the time that is to be read off it. */
interface Line {
  readonly text: string;
  readonly time: bigint | undefined;
}

const labels = ['web', 'grüße, 世界 🐳', '"timeNano":5', '\\"time":7', '}', '{"time":1}', '', '\r', '\u0000', '\u2028'];

const counts = [
  '0',
  '1',
  '999999999',
  '1700000000',
  '9223372036',
  '9223372037',
  '10000000000',
  '1700000000123456789',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '99999999999999999999999',
];
const others = ['-1', '1.5', '17e8', '1700000000123456789.0', 'null', '"5"', '[5]', '{}'];

/** The nanoseconds that a count of some unit spells, when it is a whole number and they fit 64 bits with a sign. */
function nanoseconds(text: string | undefined, unit: bigint): bigint | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const time = BigInt(text) * unit;
  return time <= INT64_MAX ? time : undefined;
}

/** An event as a daemon of some era, or nobody's daemon, writes it: its times may stand anywhere and be of any shape. */
function eventLine(random: Random): Line {
  const count = () => (random.chance(0.8) ? random.pick(counts) : random.pick(others));
  const time = random.chance(0.7) ? count() : undefined;
  const timeNano = random.chance(0.7) ? count() : undefined;
  const attributes = Object.fromEntries(
    random.list(0, 4, () => [random.pick(['name', 'time', 'timeNano', 'image', '"timeNano":']), random.pick(labels)]),
  );
  const members = [
    `"Type":"container"`,
    `"Actor":${JSON.stringify({ ID: 'ab', Attributes: attributes })}`,
    ...(random.chance(0.2) ? [`"x":"${'y'.repeat(random.between(0, 3_000))}"`] : []),
    ...(time === undefined ? [] : [`"time":${time}`]),
  ].sort(() => random.next() - 0.5);
  // Docker writes it last, Podman does not.
  const place = random.chance(0.5) ? members.length : random.between(0, members.length);
  if (timeNano !== undefined) members.splice(place, 0, `"timeNano":${timeNano}`);
  return { text: `{${members.join(',')}}`, time: nanoseconds(timeNano, 1n) ?? nanoseconds(time, SECOND) };
}

/** Cuts bytes into chunks, now and then right at a newline or into single bytes. */
function chunksOf(bytes: Buffer, random: Random): Buffer[] {
  const longest = random.pick([1, 7, 100, 5_000, 100_000]);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, at);
    const atNewline = random.chance(0.2) && newline >= 0 ? newline + random.between(0, 1) : 0;
    const end = Math.max(at + 1, Math.min(bytes.length, atNewline || at + random.between(1, longest)));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

describe.each(SEEDS)('seed %i', (seed) => {
  it('the lines are the same wherever the stream is cut', () => {
    const random = new Random(seed);
    const lines = random.list(0, 60, () => (random.chance(0.1) ? '' : eventLine(random).text));
    const begun = random.chance(0.5) ? 'a line that has begun é'.slice(0, random.between(1, 23)) : '';
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join('') + begun);
    const splitter = new LineSplitter();
    const blocks = chunksOf(bytes, random).flatMap((chunk) => splitter.push(chunk) ?? []);
    expect(blocks.every((block) => block.at(-1) === 0x0a)).toBe(true);
    expect(Buffer.concat(blocks).toString().split('\n').slice(0, -1)).toEqual(lines);
    expect(splitter.pending).toBe(Buffer.byteLength(begun));
    expect(splitter.partial(10)).toEqual(Buffer.from(begun).subarray(0, 10));
  });

  it('a line up to the bound is taken, one that goes on beyond it is refused, and what is kept is bounded', () => {
    const random = new Random(seed);
    for (let round = 0; round < 50; round += 1) {
      const bound = random.between(1, 300);
      const lengths = random.list(1, 5, () => random.between(0, 600));
      const splitter = new LineSplitter(bound);
      let taken = 0;
      const push = () => {
        for (const chunk of chunksOf(
          Buffer.from(lengths.map((length) => `${'x'.repeat(length)}\n`).join('')),
          random,
        )) {
          taken += splitter.push(chunk)?.length ?? 0;
          expect(splitter.pending).toBeLessThanOrEqual(bound);
        }
      };
      let refused = false;
      try {
        push();
      } catch (error) {
        refused = true;
        expect(error).toMatchObject({ code: 'DAEMON', message: expect.stringContaining(`over ${bound} bytes`) });
      }
      // Whether one is refused that ends in the chunk in which it goes beyond the bound depends on the chunks.
      if (lengths.every((length) => length <= bound)) expect(refused).toBe(false);
      if (!refused) expect(taken).toBe(lengths.reduce((sum, length) => sum + length + 1, 0));
    }
  });

  it('each line comes out of the frames that the plugin reads, byte for byte and with its time', () => {
    const random = new Random(seed);
    const lines = random.list(1, 400, () => eventLine(random));
    const arrival = BigInt(random.between(0, 2 ** 31)) * SECOND + 123_456_789n;
    const stream = Buffer.from(lines.map(({ text }) => `${text}\n${random.chance(0.1) ? '\n' : ''}`).join(''));
    const splitter = new LineSplitter();
    const queue = new FrameQueue();
    const decoder = new FrameDecoder();
    const frames: Frame[] = [];
    // The plugin reads whenever it likes, and what its socket gives it ends anywhere.
    const read = () => {
      const lent = queue.lend();
      for (const chunk of chunksOf(lent ?? Buffer.alloc(0), random)) frames.push(...decoder.push(Buffer.from(chunk)));
      queue.takeBack();
      return lent !== undefined;
    };
    for (const chunk of chunksOf(stream, random)) {
      const block = splitter.push(chunk);
      if (block) queue.addLines(FrameKind.events, batchOf(block, arrival));
      while (random.chance(0.1) && read());
    }
    while (read());
    expect(queue.bytes).toBe(0);
    expect(frames.every(({ kind }) => kind === FrameKind.events)).toBe(true);
    expect(frames.map((frame) => frame.count)).toEqual(frames.map((frame) => eventsOf(frame).length));
    expect(frames.flatMap(eventsOf)).toEqual(lines.map(({ text, time }) => ({ ts: time ?? arrival, payload: text })));
  });
});
