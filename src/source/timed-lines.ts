import { contextLength, type EventContext, takesContext, writeContext } from '../docker/enrichment/event-context.js';
import { loadTime, type SplitTime } from '../docker/int64.js';
import { firstLines, type LineBatch } from '../docker/line-batch.js';

/** A time in nanoseconds has at most 19 digits; a space follows it. */
const LONGEST_TIME = 20;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;

/** What a line ends in that has a context. */
const BRACE_AND_NEWLINE = 2;

/**
 * The lines of a batch as frames have them, `TS PAYLOAD` and a newline, written one after another to where there is room. A line that has a
 * context is written with it.
 */
export class TimedLines {
  readonly #lines: Buffer;
  readonly #words: Uint32Array;
  readonly #contexts: LineBatch['contexts'];
  readonly #count: number;
  readonly #time: SplitTime = { seconds: 0, nanos: 0 };
  #index = 0;
  #start = 0;
  #end = 0;
  /** Of the next line. */
  #context: EventContext | undefined;

  constructor({ lines, times, count, contexts }: LineBatch) {
    this.#lines = lines;
    this.#contexts = contexts;
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
    return this.#end - this.#start + LONGEST_TIME + (this.#context ? contextLength(this.#context) : 0);
  }

  /** Writes the next line, for which there must be room, and returns where it ends. */
  writeNext(out: Buffer, at: number): number {
    loadTime(this.#words, this.#index, this.#time);
    const afterTime = writeTime(out, at, this.#time);
    out[afterTime] = SPACE;
    let end = afterTime + 1 + this.#lines.copy(out, afterTime + 1, this.#start, this.#end);
    if (this.#context) {
      end = writeContext(out, end - BRACE_AND_NEWLINE, this.#context);
      out[end] = NEWLINE;
      end += 1;
    }
    this.#index += 1;
    this.#start = this.#end;
    this.#find();
    return end;
  }

  #find(): void {
    this.#end = this.#lines.indexOf(NEWLINE, this.#start) + 1;
    this.#context = contextOfLine(this.#lines, this.#start, this.#end, this.#contexts?.[this.#index]);
  }
}

/** The first lines of a batch, as many as take no more than so many bytes with their contexts. */
export function linesWithin(batch: LineBatch, bytes: number): LineBatch {
  const { lines, contexts } = batch;
  let count = 0;
  for (let start = 0, length = 0; count < batch.count; count += 1) {
    const end = lines.indexOf(NEWLINE, start) + 1;
    const context = contextOfLine(lines, start, end, contexts?.[count]);
    length += end - start + LONGEST_TIME + (context ? contextLength(context) : 0);
    if (length > bytes) break;
    start = end;
  }
  return firstLines(batch, count);
}

/** The context of a line with its newline, if it has one and can take it. */
function contextOfLine(
  lines: Buffer,
  start: number,
  end: number,
  context: EventContext | undefined,
): EventContext | undefined {
  return context && takesContext(lines, start, end - 1) ? context : undefined;
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
