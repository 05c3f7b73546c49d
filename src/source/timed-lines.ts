import { loadTime, type SplitTime } from '../docker/int64.js';
import { firstLines, type LineBatch } from '../docker/line-batch.js';

/** A time in nanoseconds has at most 19 digits; a space follows it. */
const LONGEST_TIME = 20;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;

/** The lines of a batch as frames have them, `TS PAYLOAD` and a newline, written one after another to where there is room. */
export class TimedLines {
  readonly #lines: Buffer;
  readonly #words: Uint32Array;
  readonly #count: number;
  readonly #time: SplitTime = { seconds: 0, nanos: 0 };
  #index = 0;
  #start = 0;
  #end = 0;

  constructor({ lines, times, count }: LineBatch) {
    this.#lines = lines;
    this.#words = new Uint32Array(times.buffer, times.byteOffset, count * 2);
    this.#count = count;
    this.#find();
  }

  /** How many are not written yet. */
  get left(): number {
    return this.#count - this.#index;
  }

  /** The most bytes that the next line takes. */
  get nextLength(): number {
    return this.#end - this.#start + LONGEST_TIME;
  }

  /** Writes the next line, for which there must be room, and returns where it ends. */
  writeNext(out: Buffer, at: number): number {
    loadTime(this.#words, this.#index, this.#time);
    const afterTime = writeTime(out, at, this.#time);
    out[afterTime] = SPACE;
    const end = afterTime + 1 + this.#lines.copy(out, afterTime + 1, this.#start, this.#end);
    this.#index += 1;
    this.#start = this.#end;
    this.#find();
    return end;
  }

  #find(): void {
    this.#end = this.#lines.indexOf(NEWLINE, this.#start) + 1;
  }
}

/** The first lines of a batch, as many as take no more than so many bytes. */
export function linesWithin(batch: LineBatch, bytes: number): LineBatch {
  if (batch.lines.length + batch.count * LONGEST_TIME <= bytes) return batch;
  let count = 0;
  for (let start = 0, length = 0; count < batch.count; count += 1) {
    const end = batch.lines.indexOf(NEWLINE, start) + 1;
    length += end - start + LONGEST_TIME;
    if (length > bytes) break;
    start = end;
  }
  return firstLines(batch, count);
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
