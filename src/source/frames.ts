import { loadTime, type SplitTime } from '../docker/int64.js';
import type { LineBatch } from '../docker/line-batch.js';

/** The kinds of frames that go from the source host to the plugin; docs/architecture.md has the table. */
export const FrameKind = { opened: 1, events: 2, log: 3, error: 4, end: 5, stats: 6 } as const;

/** Severities of log frames, numbered as in the plugin ABI. */
export const LogLevel = {
  fatal: 1,
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
  trace: 8,
} as const;

/** Bytes of a frame's header: length of the body, kind and count, each a little-endian u32. */
export const HEADER_BYTES = 12;

/** A time in nanoseconds has at most 19 digits; a space follows it. */
const LONGEST_TIME = 20;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;

/** A whole frame. `count` is the number of lines, or a log's severity. */
export function frame(kind: number, body: Buffer | string = '', count = 0): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([frameHeader(kind, bytes.length, count), bytes]);
}

/** The header alone, for a body that is written after it. */
export function frameHeader(kind: number, length: number, count: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32LE(length, 0);
  header.writeUInt32LE(kind, 4);
  header.writeUInt32LE(count, 8);
  return header;
}

/** The most bytes that {@link eventsFrame} makes of a batch. */
export function longestFrame(batch: LineBatch): number {
  return HEADER_BYTES + batch.lines.length + batch.count * LONGEST_TIME;
}

/**
 * An events frame: each line of the batch, its time before it.
 *
 * @param memory where it is made, when that is large enough: it then shares this memory
 */
export function eventsFrame(batch: LineBatch, memory?: Buffer): Buffer {
  const { lines, times, count } = batch;
  const words = new Uint32Array(times.buffer, times.byteOffset, count * 2);
  const time: SplitTime = { seconds: 0, nanos: 0 };
  const longest = longestFrame(batch);
  const out = memory && memory.length >= longest ? memory : Buffer.allocUnsafe(longest);
  let length = HEADER_BYTES;
  for (let index = 0, start = 0; index < count; index += 1) {
    loadTime(words, index, time);
    length = writeTime(out, length, time);
    out[length++] = SPACE;
    const end = lines.indexOf(NEWLINE, start) + 1;
    length += lines.copy(out, length, start, end);
    start = end;
  }
  frameHeader(FrameKind.events, length - HEADER_BYTES, count).copy(out);
  return out.subarray(0, length);
}

/** Writes nanoseconds in decimal and returns where they end. */
function writeTime(out: Buffer, at: number, { seconds, nanos }: SplitTime): number {
  if (seconds === 0) return writeDigits(out, at, nanos, digitsOf(nanos));
  return writeDigits(out, writeDigits(out, at, seconds, digitsOf(seconds)), nanos, 9);
}

function writeDigits(out: Buffer, at: number, value: number, digits: number): number {
  let rest = value;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    const tenth = Math.floor(rest / 10);
    out[index] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + digits;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits += 1;
  return digits;
}
