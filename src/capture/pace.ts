import { setImmediate } from 'node:timers/promises';

/** How long work goes on without a pause, in milliseconds: a Ctrl-C is heard in the pauses. */
const STRETCH_MS = 50;

/** Pauses for long work that does not wait for anything by itself. */
export class Pace {
  #last = performance.now();

  /** @param signal ends the work in the next pause */
  constructor(private readonly signal?: AbortSignal) {}

  /**
   * To be awaited after each small piece of the work.
   *
   * @throws the signal's reason once it is aborted
   */
  async step(): Promise<void> {
    if (performance.now() - this.#last < STRETCH_MS) return;
    await setImmediate();
    this.#last = performance.now();
    this.signal?.throwIfAborted();
  }
}
