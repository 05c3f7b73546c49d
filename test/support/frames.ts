import { HEADER_BYTES } from '#docktape/source/frames.js';

export interface Frame {
  readonly kind: number;
  readonly count: number;
  readonly body: Buffer;
}

/** Puts frames together again from chunks that are cut anywhere. */
export class FrameDecoder {
  #bytes = Buffer.alloc(0);

  /** How many bytes of a frame that is not whole yet have come. */
  get rest(): number {
    return this.#bytes.length;
  }

  push(chunk: Buffer): Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const frames: Frame[] = [];
    while (this.#bytes.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.#bytes.readUInt32LE(0);
      if (this.#bytes.length < end) break;
      const body = this.#bytes.subarray(HEADER_BYTES, end);
      frames.push({ kind: this.#bytes.readUInt32LE(4), count: this.#bytes.readUInt32LE(8), body });
      this.#bytes = this.#bytes.subarray(end);
    }
    return frames;
  }
}

/** The events of a frame: time and payload of each. */
export function eventsOf({ body }: Frame): { ts: bigint; payload: string }[] {
  const lines = body.toString().split('\n');
  if (lines.pop() !== '') throw new Error('the last line of a frame has no newline');
  return lines.map((line) => {
    const space = line.indexOf(' ');
    return { ts: BigInt(line.slice(0, space)), payload: line.slice(space + 1) };
  });
}
