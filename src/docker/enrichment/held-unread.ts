import type { Held } from './held.js';

/** What came while it was not known from which daemon: it is read once that is known, or when it waits no longer. */
export class HeldUnread implements Held {
  readonly bytes: number;
  readonly deadline: number;
  readonly #read: () => Held;
  #held: Held | undefined;

  /** @param read makes of it what is held in its place, as far as it waits for something else */
  constructor(bytes: number, deadline: number, read: () => Held) {
    this.bytes = bytes;
    this.deadline = deadline;
    this.#read = read;
  }

  get isEmpty(): boolean {
    return this.#held?.isEmpty ?? false;
  }

  /** Reads it, unless it was read. */
  read(): void {
    this.#held ??= this.#read();
  }

  take(isDue: boolean): (() => void) | undefined {
    if (isDue) this.read();
    return this.#held?.take(isDue);
  }
}
