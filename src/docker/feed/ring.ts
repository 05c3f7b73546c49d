import { joinBatches, type LineBatch } from '../line-batch.js';
import { DOCKER_RING } from './resumption.js';

/** A daemon sends its ring in one go: when nothing came for this long after the first line, that was it (ms). */
const QUIET_MS = 100;

/** Events are held back this long at most (ms). */
const LONGEST_MS = 1_000;

/** And until they take this much memory. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Collects what a daemon sends first: the ring, and whatever follows too closely to be told from it. */
export class RingCollector {
  readonly #onCollected: () => void;
  readonly #longest: NodeJS.Timeout;
  #quiet: NodeJS.Timeout | undefined;
  #batches: LineBatch[] = [];
  #count = 0;
  #bytes = 0;

  /** @param onCollected called when the ring seems to be there; {@link stop} gives it */
  constructor(onCollected: () => void) {
    this.#onCollected = onCollected;
    this.#longest = setTimeout(onCollected, LONGEST_MS);
  }

  push(batch: LineBatch): void {
    this.#batches.push(batch);
    this.#count += batch.count;
    this.#bytes += batch.lines.length;
    if (this.#quiet) this.#quiet.refresh();
    else this.#quiet = setTimeout(this.#onCollected, QUIET_MS);
    if (this.#count >= DOCKER_RING || this.#bytes >= MOST_BYTES) this.#onCollected();
  }

  /** Ends the collecting, and gives what came. */
  stop(): LineBatch {
    clearTimeout(this.#longest);
    clearTimeout(this.#quiet);
    return joinBatches(this.#batches);
  }
}
