import type { Held } from './held.js';

/** How many bytes of lines are held at most. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Holds what happens, in the order of the stream, until it is known what it is about or its time is over. */
export class HoldingQueue {
  /** What was handed on has left its place, so that it takes no memory until the places are cleared away. */
  readonly #held: (Held | undefined)[] = [];
  /** Where the oldest stands. */
  #first = 0;
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
    for (let head = this.#head; head; head = this.#head) {
      const handOn = head.take(isDue || this.#bytes > MOST_BYTES || performance.now() >= head.deadline);
      if (head.isEmpty) this.#shift(head);
      if (!handOn) break;
      handOn();
    }
    this.#await(this.#head);
  }

  get #head(): Held | undefined {
    return this.#held[this.#first];
  }

  #shift({ bytes }: Held): void {
    this.#bytes -= bytes;
    this.#held[this.#first] = undefined;
    this.#first += 1;
    // One call for many: taking them one by one off the front of a long array takes long.
    if (2 * this.#first < this.#held.length) return;
    this.#held.splice(0, this.#first);
    this.#first = 0;
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
