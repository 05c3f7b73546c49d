import { contextLength, type EventContext, takesContext, writeContext } from '../docker/enrichment/event-context.js';
import { loadTime, type SplitTime } from '../docker/int64.js';
import type { LineBatch } from '../docker/line-batch.js';
import { type ContextSlots, fitsSlot, NO_CONTEXT } from './context-slots.js';
import { FrameKind, frame } from './frames.js';

/** A time in nanoseconds has at most 19 digits; a space follows it. */
const LONGEST_TIME = 20;

/** A slot has at most 4 digits; a space follows it. */
const LONGEST_SLOT = 5;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;

const BILLION = 1_000_000_000;
const NANO_DIGITS = 9;

/** What a line ends in that has a context. */
const BRACE_AND_NEWLINE = 2;

/**
 * The lines of a batch as frames have them, written one after another to where there is room: `TS PAYLOAD` and a newline, or for frames of
 * the kind `enriched`, `TS SLOT PAYLOAD` and a newline.
 */
export class TimedLines {
  readonly #lines: Buffer;
  readonly #words: Uint32Array;
  readonly #contexts: LineBatch['contexts'];
  readonly #count: number;
  readonly #kind: number;
  readonly #slots: ContextSlots | undefined;
  readonly #time: SplitTime = { seconds: 0, nanos: 0 };
  #index = 0;
  #start = 0;
  #end = 0;
  // Of the next line:
  #slot: number | undefined;
  #spliced: EventContext | undefined;
  #untold: EventContext | undefined;

  /**
   * @param kind of the frames that the lines are for
   * @param slots by which lines name their contexts, where the plugin can be told of those; otherwise a line is written with its context
   */
  constructor({ lines, times, count, contexts }: LineBatch, kind: number, slots?: ContextSlots) {
    this.#lines = lines;
    this.#contexts = contexts;
    this.#words = new Uint32Array(times.buffer, times.byteOffset, count * 2);
    this.#count = count;
    this.#kind = kind;
    this.#slots = contexts && slots;
    this.#find();
  }

  /** How many are not written yet. */
  get left(): number {
    return this.#count - this.#index;
  }

  /** The kind of frame that the next line is for. */
  get kind(): number {
    return this.#slot === undefined ? this.#kind : FrameKind.enriched;
  }

  /** A context that {@link tell} is to be called for before the next line is written. */
  get untold(): EventContext | undefined {
    return this.#untold;
  }

  /** The most bytes that the next line takes. */
  get nextLength(): number {
    const own = this.#end - this.#start + LONGEST_TIME;
    if (this.#slot !== undefined) return own + LONGEST_SLOT;
    return this.#spliced ? own + contextLength(this.#spliced) : own;
  }

  /** The frame that tells the plugin of the next line's context, and must be sent before that line. */
  tell(context: EventContext): Buffer {
    this.#slot = this.#slots?.add(context);
    this.#untold = undefined;
    return frame(FrameKind.context, context.json, this.#slot);
  }

  /** Writes the next line, for which there must be room, and returns where it ends. */
  writeNext(out: Buffer, at: number): number {
    loadTime(this.#words, this.#index, this.#time);
    let end = writeTime(out, at, this.#time);
    out[end] = SPACE;
    end += 1;
    if (this.#slot !== undefined) {
      end = writeInteger(out, end, this.#slot, digitsOf(this.#slot));
      out[end] = SPACE;
      end += 1;
    }
    end += this.#lines.copy(out, end, this.#start, this.#end);
    if (this.#spliced) {
      end = writeContext(out, end - BRACE_AND_NEWLINE, this.#spliced);
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
    this.#spliced = undefined;
    this.#untold = undefined;
    this.#slot = this.#slots && NO_CONTEXT;
    const context = this.#contexts?.[this.#index];
    if (!context || !takesContext(this.#lines, this.#start, this.#end - 1)) return;
    const slot = this.#slots?.numberOf(context);
    if (slot !== undefined) this.#slot = slot;
    else if (this.#slots && fitsSlot(context)) this.#untold = context;
    else this.#splice(context);
  }

  /** Has the next line written with its context, in a frame of the kind without slots. */
  #splice(context: EventContext): void {
    this.#spliced = context;
    this.#slot = undefined;
  }
}

/** Writes nanoseconds in decimal and returns where they end. */
function writeTime(out: Buffer, at: number, { seconds, nanos }: SplitTime): number {
  if (seconds === 0) return writeInteger(out, at, nanos, digitsOf(nanos));
  return writeInteger(out, writeSeconds(out, at, seconds), nanos, NANO_DIGITS);
}

/** @param seconds below 2^53, of which 32 bits may be too few */
function writeSeconds(out: Buffer, at: number, seconds: number): number {
  const upper = Math.floor(seconds / BILLION);
  if (upper === 0) return writeInteger(out, at, seconds, digitsOf(seconds));
  return writeInteger(out, writeInteger(out, at, upper, digitsOf(upper)), seconds - upper * BILLION, NANO_DIGITS);
}

/** @param value below 2^31: dividing such integers takes a fraction of the time that other numbers do */
function writeInteger(out: Buffer, at: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    const tenth = (rest / 10) | 0;
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
