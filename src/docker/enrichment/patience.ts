/** How many questions in a row have to be without an answer in time until nothing waits for answers any more. */
export const UNANSWERED = 8;

/**
 * Whether it is of use to wait for a daemon's answers: not while it gives none in time. Questions are still asked then, so that it shows
 * when it does again.
 */
export class Patience {
  readonly #onChange: (isLeft: boolean) => void;
  #unanswered = 0;

  /** @param onChange called when it ends, and when it begins anew */
  constructor(onChange: (isLeft: boolean) => void) {
    this.#onChange = onChange;
  }

  get isLeft(): boolean {
    return this.#unanswered < UNANSWERED;
  }

  /** A question was answered in time, whatever with. */
  answered(): void {
    const wasLeft = this.isLeft;
    this.#unanswered = 0;
    if (!wasLeft) this.#onChange(true);
  }

  /** A question was not answered in time. */
  unanswered(): void {
    this.#unanswered += 1;
    if (this.#unanswered === UNANSWERED) this.#onChange(false);
  }
}

/** Waits for one answer, and tells a patience whether it came in time. */
export class AnswerWatch {
  readonly #patience: Patience;
  readonly #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param timeout milliseconds; with 0 nothing can come in time, and nobody has waited */
  constructor(patience: Patience, timeout: number) {
    this.#patience = patience;
    if (timeout > 0) this.#timer = setTimeout(() => this.unanswered(), timeout);
    else this.#isOver = true;
  }

  answered(): void {
    if (this.#end()) this.#patience.answered();
  }

  unanswered(): void {
    if (this.#end()) this.#patience.unanswered();
  }

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
