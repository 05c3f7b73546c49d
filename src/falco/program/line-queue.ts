import type { Readable } from 'node:stream';
import { DocktapeError } from '../../errors.js';

/** Bytes of complete lines that may wait for the consumer before the writer has to wait, and how few must be left to go on. */
const HIGH = 4 * 2 ** 20;
const LOW = 2 ** 20;

/** Bytes of lines that the consumer gets at once, when there are as many. */
const BATCH = 64 * 2 ** 10;

/** An alert holds a few values of an event several times; this is far more than any daemon sends. */
const MAX_LINE = 64 * 2 ** 20;

export interface LineQueueOptions {
  /** More waits than should: the writer is to be held up. */
  readonly onFull: () => void;
  /** The consumer has caught up. */
  readonly onDrained: () => void;
  /** Bytes that a line may have. */
  readonly maxLine?: number;
}

/**
 * The lines of a stream, which is read at once whatever the consumer does, so that nothing piles up in its writer. What piles
 * up here is bounded, as `onFull` holds up the writer.
 */
export class LineQueue implements AsyncIterable<readonly string[]> {
  /** Whole lines, each block one or several. */
  #blocks: Buffer[] = [];
  #waiting = 0;
  #partial: Buffer[] = [];
  #partialLength = 0;
  #full = false;
  #discarding = false;
  #ended = false;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(
    stream: Readable,
    private readonly options: LineQueueOptions,
  ) {
    stream.on('data', (chunk: Buffer) => this.#add(chunk));
    stream.on('error', (error) => this.#end(error));
    stream.on('close', () => this.#end());
  }

  /** Forgets what waits, and all that comes; the iteration ends with the stream. */
  discard(): void {
    this.#discarding = true;
    this.#blocks = [];
    this.#partial = [];
  }

  /** Lines as they come, without their ends, as many at once as came together. A last line without an end is left out. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly string[]> {
    for (;;) {
      const block = this.#take();
      if (block) yield block.toString('utf8').slice(0, -1).split('\n');
      else if (this.#failure) throw this.#failure;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** What waits, up to about the size of a batch. */
  #take(): Buffer | undefined {
    let length = 0;
    let count = 0;
    while (count < this.#blocks.length && length < BATCH) length += (this.#blocks[count++] as Buffer).length;
    if (count === 0) return undefined;
    this.#waiting -= length;
    if (this.#full && this.#waiting < LOW) {
      this.#full = false;
      this.options.onDrained();
    }
    return Buffer.concat(this.#blocks.splice(0, count), length);
  }

  #add(chunk: Buffer): void {
    if (this.#discarding || this.#failure) return;
    const end = chunk.lastIndexOf('\n') + 1;
    if (end > 0) {
      const block = Buffer.concat([...this.#partial, chunk.subarray(0, end)]);
      this.#blocks.push(block);
      this.#waiting += block.length;
      this.#partial = [];
      this.#partialLength = 0;
    }
    if (end < chunk.length) this.#partial.push(chunk.subarray(end));
    this.#partialLength += chunk.length - end;
    const { maxLine = MAX_LINE } = this.options;
    if (this.#partialLength > maxLine) {
      this.#end(
        new DocktapeError(
          'FALCO',
          `Falco printed a line of more than ${maxLine} bytes: give the rule a shorter output`,
        ),
      );
    }
    if (!this.#full && this.#waiting > HIGH) {
      this.#full = true;
      this.options.onFull();
    }
    this.#wake();
  }

  #end(failure?: Error): void {
    this.#failure ??= failure;
    this.#ended = true;
    this.#wake();
  }
}
