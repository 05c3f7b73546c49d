import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage } from '../capture/pages.js';

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** No timer of Node is longer than 2^31 ms; a day is well below. */
const LONGEST_SLEEP_MS = 86_400_000;

/**
 * Holds events back until they are due: as long after the first one as they were recorded after it, divided by the speed.
 * An event that was recorded as older than the one before it is due at once.
 */
export class Pace {
  readonly #speed: number;
  #first: { readonly time: bigint; readonly at: number } | undefined;

  /** @param speed 1 is as recorded, 2 is twice as fast */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Hands out a page of lines `TS PAYLOAD\n` in parts, each when all of it is due. */
  async *dueParts({ bytes }: EventPage): AsyncGenerator<EventPage> {
    let start = 0;
    let count = 0;
    for (let line = 0; line < bytes.length; ) {
      const due = this.#dueTime(BigInt(bytes.toString('latin1', line, bytes.indexOf(SPACE, line))));
      if (due > performance.now()) {
        if (count > 0) yield { count, bytes: bytes.subarray(start, line) };
        start = line;
        count = 0;
        await until(due);
      }
      count += 1;
      line = bytes.indexOf(NEWLINE, line) + 1;
    }
    if (count > 0) yield { count, bytes: bytes.subarray(start) };
  }

  /** When an event is due, on the clock of `performance.now()`. */
  #dueTime(time: bigint): number {
    this.#first ??= { time, at: performance.now() };
    return this.#first.at + Number(time - this.#first.time) / 1e6 / this.#speed;
  }
}

async function until(due: number): Promise<void> {
  for (let wait = due - performance.now(); wait > 0; wait = due - performance.now()) {
    // Rounded up: a timer of a fraction of a millisecond is over at once, and the loop would spin.
    await sleep(Math.min(Math.ceil(wait), LONGEST_SLEEP_MS));
  }
}
