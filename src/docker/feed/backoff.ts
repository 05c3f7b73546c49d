/**
 * How long to wait before the next try: twice as long each time, from 50 ms to 30 s, less a random part of up to a half, so
 * that many clients of one daemon do not come back in step.
 */
export class Backoff {
  static readonly #shortest = 50;
  static readonly #longest = 30_000;
  #next = Backoff.#shortest;

  /** Milliseconds until the next try. */
  next(): number {
    const bound = this.#next;
    this.#next = Math.min(bound * 2, Backoff.#longest);
    return bound * (1 - Math.random() / 2);
  }

  /** Begins anew: the last try worked. */
  reset(): void {
    this.#next = Backoff.#shortest;
  }
}
