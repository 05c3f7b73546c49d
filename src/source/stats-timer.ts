/** How often figures are told that change with each event. */
const INTERVAL_MS = 1_000;

/** Tells figures at once when the last ones were told a second ago or more, else when that second is over. */
export class StatsTimer {
  readonly #tell: () => void;
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** There may be something new to tell. */
  changed(): void {
    if (this.#timer || this.#isStopped) return;
    const wait = this.#last + INTERVAL_MS - performance.now();
    if (wait <= 0) this.now();
    else this.#timer = setTimeout(() => this.now(), wait);
  }

  /** There is something to tell that cannot wait. */
  now(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    this.#tell();
  }

  /** Nothing is told any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#isStopped = true;
  }
}
