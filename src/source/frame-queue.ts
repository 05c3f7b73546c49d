import type { LineBatch } from '../docker/line-batch.js';
import { HEADER_BYTES, writeHeader } from './frames.js';
import { giveBack } from './give-back.js';
import { TimedLines } from './timed-lines.js';

/** Larger than what a read of the daemon's socket brings, which is 64 KiB, and about what a local socket takes at once. */
const BLOCK_BYTES = 128 * 1024;

/** A block that is put aside with more of it unused than this part is copied to memory of its size. */
const UNUSED_PART = 8;

/**
 * Frames that wait, in blocks of memory. What waits takes hardly more memory than its bytes, also when it came as a hundred
 * thousand frames of one small event each: objects of their own, as a stream keeps them, would take ten times as much. Each
 * block holds whole frames. Lines are joined to the frame before them as long as that has not left its block.
 */
export class FrameQueue {
  readonly #waiting: Block[] = [];
  #lent: Block | undefined;
  #spare: Buffer | undefined;
  #bytes = 0;

  /** Bytes of all frames, those that are lent included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds lines, each with its time before it, as frames of this kind. */
  addLines(kind: number, batch: LineBatch): void {
    for (const lines = new TimedLines(batch); lines.left > 0; ) {
      this.#bytes += this.#blockFor(HEADER_BYTES + lines.nextLength).addLines(kind, lines);
    }
  }

  /** Adds a whole frame. */
  add(frame: Buffer): void {
    this.#bytes += this.#blockFor(frame.length).add(frame);
  }

  /** Lends the oldest frames, one block of them, until {@link takeBack}. `undefined` when none wait. */
  lend(): Buffer | undefined {
    this.#lent = this.#waiting.shift();
    return this.#lent?.frames;
  }

  /** Ends the loan: those frames have left the queue, and nobody reads their memory any more. */
  takeBack(): void {
    if (!this.#lent) return;
    this.#bytes -= this.#lent.frames.length;
    this.#recycle(this.#lent.memory);
    this.#lent = undefined;
  }

  /** The newest block, or a new one when that has not so much room. */
  #blockFor(bytes: number): Block {
    const newest = this.#waiting.at(-1);
    if (newest && newest.room >= bytes) return newest;
    if (newest && newest.room > newest.memory.length / UNUSED_PART) this.#recycle(newest.shrink());
    const block = new Block(bytes > BLOCK_BYTES ? Buffer.allocUnsafeSlow(bytes) : this.#memory());
    this.#waiting.push(block);
    return block;
  }

  #memory(): Buffer {
    const memory = this.#spare ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#spare = undefined;
    return memory;
  }

  #recycle(memory: Buffer): void {
    if (memory.length === BLOCK_BYTES && !this.#spare) this.#spare = memory;
    else giveBack(memory);
  }
}

/** Whole frames, one after another. */
class Block {
  memory: Buffer;
  #end = 0;
  /** The last frame, when more lines may join it. */
  #open: { readonly kind: number; readonly at: number; count: number } | undefined;

  constructor(memory: Buffer) {
    this.memory = memory;
  }

  get frames(): Buffer {
    return this.memory.subarray(0, this.#end);
  }

  get room(): number {
    return this.memory.length - this.#end;
  }

  /** Adds a whole frame, and returns how many bytes that were. */
  add(frame: Buffer): number {
    this.#end += frame.copy(this.memory, this.#end);
    this.#open = undefined;
    return frame.length;
  }

  /** Adds lines for as long as there is room, and returns how many bytes that were. The first, with a header, must fit. */
  addLines(kind: number, lines: TimedLines): number {
    const before = this.#end;
    if (this.#open?.kind !== kind) {
      this.#open = { kind, at: before, count: 0 };
      this.#end += HEADER_BYTES;
    }
    const open = this.#open;
    while (lines.left > 0 && lines.nextLength <= this.room) {
      this.#end = lines.writeNext(this.memory, this.#end);
      open.count += 1;
    }
    writeHeader(this.memory, open.at, { kind, length: this.#end - open.at - HEADER_BYTES, count: open.count });
    return this.#end - before;
  }

  /** Moves to memory that is no larger than needed, and returns the one that it had. */
  shrink(): Buffer {
    const { memory } = this;
    this.memory = Buffer.allocUnsafeSlow(this.#end);
    memory.copy(this.memory, 0, 0, this.#end);
    return memory;
  }
}
