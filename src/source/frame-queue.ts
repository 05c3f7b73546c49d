import type { LineBatch } from '../docker/line-batch.js';
import { ContextSlots } from './context-slots.js';
import { FrameKind, HEADER_BYTES, writeHeader } from './frames.js';
import { giveBack } from './give-back.js';
import { TimedLines } from './timed-lines.js';

/** Larger than what a read of the daemon's socket brings, which is 64 KiB, and about what a local socket takes at once. */
const BLOCK_BYTES = 128 * 1024;

/** Blocks that are kept for what comes next: new memory, for as much as waits in a flood, would have V8 collect garbage again and again. */
const SPARE_BLOCKS = 16;

/** A block that is put aside with more of it unused than this part is copied to memory of its size. */
const UNUSED_PART = 8;

/**
 * Frames that wait, in blocks of memory. What waits takes hardly more memory than its bytes, also when it came as a hundred
 * thousand frames of one small event each: objects of their own, as a stream keeps them, would take ten times as much. Each
 * block holds whole frames. Lines are joined to the frame before them as long as that has not left its block.
 */
export class FrameQueue {
  readonly #waiting: Block[] = [];
  readonly #slots = new ContextSlots();
  #lent: Block | undefined;
  readonly #spares: Buffer[] = [];
  #bytes = 0;

  /** Bytes of all frames, those that are lent included. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds lines, each with its time before it, as frames of this kind. Events of the daemon's that have contexts become frames of the kind
   * `enriched`, and before them the contexts of which the plugin has not been told.
   *
   * @param most how many bytes they may take at most, with such contexts
   * @returns how many lines there was room for: the first ones
   */
  addLines(kind: number, batch: LineBatch, most = Number.POSITIVE_INFINITY): number {
    const lines = new TimedLines(batch, kind, kind === FrameKind.events ? this.#slots : undefined);
    let room = most;
    while (lines.left > 0) {
      const { untold } = lines;
      const before = untold ? HEADER_BYTES + untold.json.length : 0;
      if (before + lines.nextLength > room) break;
      if (untold) this.add(lines.tell(untold));
      const block = this.#blockFor(HEADER_BYTES + lines.nextLength);
      const bytes = block.end;
      room = block.addLines(lines, room - before);
      this.#bytes += block.end - bytes;
    }
    return batch.count - lines.left;
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
    return this.#spares.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }

  #recycle(memory: Buffer): void {
    if (memory.length === BLOCK_BYTES && this.#spares.length < SPARE_BLOCKS) this.#spares.push(memory);
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

  get end(): number {
    return this.#end;
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

  /**
   * Adds lines of one kind for as long as there is room, and returns how many bytes are left of the `most` that they may take. The first,
   * with a header, must fit.
   */
  addLines(lines: TimedLines, most: number): number {
    const { kind } = lines;
    if (this.#open?.kind !== kind) {
      this.#open = { kind, at: this.#end, count: 0 };
      this.#end += HEADER_BYTES;
    }
    const open = this.#open;
    const first = this.#end;
    let last = first;
    do {
      last = lines.writeNext(this.memory, last);
      open.count += 1;
    } while (
      lines.left > 0 &&
      lines.kind === kind &&
      !lines.untold &&
      lines.nextLength <= Math.min(this.memory.length - last, most - (last - first))
    );
    this.#end = last;
    writeHeader(this.memory, open.at, { kind, length: last - open.at - HEADER_BYTES, count: open.count });
    return most - (last - first);
  }

  /** Moves to memory that is no larger than needed, and returns the one that it had. */
  shrink(): Buffer {
    const { memory } = this;
    this.memory = Buffer.allocUnsafeSlow(this.#end);
    memory.copy(this.memory, 0, 0, this.#end);
    return memory;
  }
}
