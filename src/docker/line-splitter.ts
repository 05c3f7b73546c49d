import { DocktapeError } from '../errors.js';

const NEWLINE = 0x0a;

/** No event that Docker can make comes near this; a stream that is no event stream would otherwise fill the memory. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * Cuts a stream of chunks into whole lines. It works on bytes: a chunk may end inside a line or inside a UTF-8 sequence.
 * Lines are handed out as blocks, since an object for each of them would cost more than all the rest.
 */
export class LineSplitter {
  readonly #longest: number;
  #partial: Buffer[] = [];
  #pending = 0;

  constructor(longest = LONGEST_LINE) {
    this.#longest = longest;
  }

  /** Bytes of the line that has begun but not ended. */
  get pending(): number {
    return this.#pending;
  }

  /** The line that has begun but not ended, as far as it has come and at most `most` bytes of it. */
  partial(most: number): Buffer {
    return Buffer.concat(this.#partial, Math.min(this.#pending, most));
  }

  /**
   * Takes the next chunk and gives back all lines that are complete by now, newlines included; `undefined` when none is.
   * The block shares the chunk's memory where it can, so the chunk must not be written to afterwards.
   *
   * @throws DocktapeError `DAEMON` when a line is longer than the bound
   */
  push(chunk: Buffer): Buffer | undefined {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#keep(chunk);
      return undefined;
    }
    const whole = chunk.subarray(0, last + 1);
    const block = this.#pending === 0 ? whole : Buffer.concat([...this.#partial, whole]);
    this.#partial = [];
    this.#pending = 0;
    if (last + 1 < chunk.length) this.#keep(chunk.subarray(last + 1));
    return block;
  }

  #keep(part: Buffer): void {
    this.#partial.push(part);
    this.#pending += part.length;
    if (this.#pending > this.#longest) {
      throw new DocktapeError(
        'DAEMON',
        `a line of the event stream is over ${this.#longest} bytes long: check that the address is a Docker daemon's`,
      );
    }
  }
}
