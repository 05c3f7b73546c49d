import type { Patience } from './patience.js';

/** Waits for one answer, and tells a patience whether it came in time. */
export class AnswerWatch {
  readonly #patience: Patience;
  readonly #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param timeout milliseconds; with 0 nothing can come in time, and nobody waits */
  constructor(patience: Patience, timeout: number) {
    this.#patience = patience;
    if (timeout > 0) this.#timer = setTimeout(() => this.unanswered(), timeout);
    else this.#isOver = true;
  }

  /** The answer is there, whatever it is. */
  answered(): void {
    if (this.#end()) this.#patience.answered();
  }

  /** There will be none. */
  unanswered(): void {
    if (this.#end()) this.#patience.unanswered();
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#end();
  }

  #end(): boolean {
    clearTimeout(this.#timer);
    const wasOpen = !this.#isOver;
    this.#isOver = true;
    return wasOpen;
  }
}
