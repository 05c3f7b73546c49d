import type { Held } from './held.js';

/** How many bytes of lines are held at most. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Holds what happens, in the order of the stream, until it is known what it is about or its time is over. */
export class HoldingQueue {
  readonly #held: Held[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What the timer waits for. */
  #awaited: Held | undefined;

  /** Hands it on, as far as nothing before it or in it waits, and holds the rest. */
  add(held: Held): void {
    this.#held.push(held);
    this.#bytes += held.bytes;
    this.release();
  }

  /** Hands on what does not wait any more; when everything `isDue`, all of it. */
  release(isDue = false): void {
    // Whoever takes it may end everything, which hands on the rest; so nothing is known any more after each time.
    for (let head = this.#held[0]; head; head = this.#held[0]) {
      const handOn = head.take(isDue || this.#bytes > MOST_BYTES || performance.now() >= head.deadline);
      if (head.isEmpty) this.#shift(head);
      if (!handOn) break;
      handOn();
    }
    this.#await(this.#held[0]);
  }

  #shift({ bytes }: Held): void {
    this.#held.shift();
    this.#bytes -= bytes;
  }

  #await(head: Held | undefined): void {
    if (this.#awaited === head && this.#timer) return;
    clearTimeout(this.#timer);
    this.#awaited = head;
    this.#timer = head && setTimeout(() => this.#due(), Math.ceil(Math.max(0, head.deadline - performance.now())));
  }

  #due(): void {
    this.#timer = undefined;
    this.release();
  }
}
