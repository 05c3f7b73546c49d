/** How many questions in a row have to be without an answer in time until nothing waits for answers any more, */
const UNANSWERED = 8;

/**
 * and for how long (ms). Docker does not answer about a container while it starts it, which can take seconds, and several can be started at
 * once; that is no reason to give up.
 */
const LEAST_MS = 3_000;

/**
 * Whether it is of use to wait for a daemon's answers: not while it gives none in time. Questions are still asked then, so that it shows
 * when it does again.
 */
export class Patience {
  readonly #onChange: (isLeft: boolean) => void;
  #isLeft = true;
  #unanswered = 0;
  /** When the first one of these questions was without an answer. */
  #since = 0;

  /** @param onChange called when it ends, and when it begins anew */
  constructor(onChange: (isLeft: boolean) => void) {
    this.#onChange = onChange;
  }

  get isLeft(): boolean {
    return this.#isLeft;
  }

  /** A question was answered in time, whatever with. */
  answered(): void {
    this.#unanswered = 0;
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#onChange(true);
  }

  /** A question was not answered in time. */
  unanswered(): void {
    const at = performance.now();
    if (this.#unanswered === 0) this.#since = at;
    this.#unanswered += 1;
    if (!this.#isLeft || this.#unanswered < UNANSWERED || at - this.#since < LEAST_MS) return;
    this.#isLeft = false;
    this.#onChange(false);
  }
}
