/** The longest wait that a timer of Node takes: 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How a recording comes to its end: the first reason counts. */
export class RecordingEnd {
  readonly promise: Promise<void>;
  reached!: () => void;
  failed!: (error: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isOver = false;

  /** @param signal is an end as well */
  constructor(signal: AbortSignal) {
    this.promise = new Promise((resolve, reject) => {
      this.reached = () => {
        this.#settle();
        resolve();
      };
      this.failed = (error) => {
        this.#settle();
        reject(error);
      };
    });
    if (signal.aborted) this.reached();
    else signal.addEventListener('abort', this.reached, { once: true });
  }

  /** Reaches the end in some milliseconds, unless it comes sooner. */
  after(milliseconds: number): void {
    if (this.#isOver || milliseconds > LONGEST_TIMER_MS) return;
    this.#timers.add(setTimeout(this.reached, milliseconds));
  }

  /** Does the work; an error is the end. */
  orFail(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  #settle(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
