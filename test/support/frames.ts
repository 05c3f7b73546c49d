import { withContext } from '#docktape/docker/enrichment/event-context.js';
import { FrameKind, HEADER_BYTES } from '#docktape/source/frames.js';

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

/** An event as the plugin gives it to Falco: its time, and its payload with its context. */
export interface FramedEvent {
  readonly ts: bigint;
  readonly payload: string;
}

/** The events of all frames that a host has sent, in their order. */
export function eventsIn(frames: readonly Frame[]): FramedEvent[] {
  const contexts = new Map<number, Buffer>();
  return frames.flatMap((frame) => {
    if (frame.kind === FrameKind.context) contexts.set(frame.count, frame.body);
    if (frame.kind === FrameKind.enriched) return eventsOf(frame).map((event) => enriched(event, contexts));
    return frame.kind === FrameKind.events || frame.kind === FrameKind.own ? eventsOf(frame) : [];
  });
}

function enriched({ ts, payload }: FramedEvent, contexts: ReadonlyMap<number, Buffer>): FramedEvent {
  const [slot = '', ...rest] = payload.split(' ');
  const line = rest.join(' ');
  if (slot === '0') return { ts, payload: line };
  const json = contexts.get(Number(slot));
  if (!json) throw new Error(`a line has a context of which nothing was said: ${slot}`);
  return { ts, payload: withContext(Buffer.from(line), { json }).toString() };
}

/** The events of a frame: time and payload of each. */
export function eventsOf({ body }: Frame): FramedEvent[] {
  const lines = body.toString().split('\n');
  if (lines.pop() !== '') throw new Error('the last line of a frame has no newline');
  return lines.map((line) => {
    const space = line.indexOf(' ');
    return { ts: BigInt(line.slice(0, space)), payload: line.slice(space + 1) };
  });
}
