import { renameSync } from 'node:fs';
import { basename } from 'node:path';
import { plural } from '../../text/quantities.js';
import { now } from '../../time.js';
import { explaining } from '../capture-error.js';
import { syncFolder } from '../capture-file.js';
import type { SessionWriter } from '../session-writer.js';
import { closedName } from './closed-captures.js';
import { removeOld } from './keep.js';
import type { CapturePlace } from './place.js';
import type { Durability, Rotation } from './writer-options.js';

/** How long a capture that readers keep open is left before it is looked at again, in milliseconds. */
const POSTPONE_MS = 1_000;

/** The longest wait that a timer of Node takes: 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface RotatorOptions extends Rotation {
  readonly place: CapturePlace;
  readonly durability: Durability;
  readonly log: (severity: 'warning' | 'info', text: string) => void;
}

/**
 * Closes a capture that has reached its bound, and gives it the name of a closed one. Each step can be repeated: after an
 * error, and by the next recorder after a crash.
 */
export class Rotator {
  readonly #options: RotatorOptions;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isPostponed = false;
  /** A capture that is closed, and still has the name of the current one. */
  #closed: { readonly started: bigint; readonly events: number } | undefined;

  /** @param onDue called once the capture is so old that it is due */
  constructor(options: RotatorOptions, onDue: () => void) {
    this.#options = options;
    this.#onDue = onDue;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  /** A capture was begun, or taken up again. */
  begun(session: SessionWriter): void {
    this.#isDue = false;
    this.#isPostponed = false;
    this.#watchAge(session);
  }

  /** Looks at the capture after a commit. */
  committed(session: SessionWriter): void {
    const { bytes } = this.#options.every;
    // A capture without an event may be larger than a small bound, and so would be the next one.
    if (bytes !== undefined && !this.#isPostponed && session.committed.events > 0 && session.size >= bytes) {
      this.#isDue = true;
    }
  }

  /**
   * Closes the capture, all of which must be committed.
   *
   * @returns false when readers have it open: it goes on until they have gone
   */
  close(session: SessionWriter): boolean {
    if (!session.finishWhole()) {
      const { place, log } = this.#options;
      if (!this.#isPostponed) log('warning', `${place.path} is due to be closed, and will be once nobody reads it`);
      this.#isPostponed = true;
      this.#isDue = false;
      this.#after(POSTPONE_MS);
      return false;
    }
    this.#closed = { started: session.captureStarted, events: session.committed.events };
    return true;
  }

  /** Moves the closed capture out of the way and removes the old ones. Without a closed one it does nothing. */
  moveAway(): void {
    if (!this.#closed) return;
    const { place, durability, keep, log } = this.#options;
    const { started, events } = this.#closed;
    const name = closedName(place.file, started);
    explaining(place.path, () => {
      renameSync(place.file, name);
      if (durability === 'full') syncFolder(name);
    });
    this.#closed = undefined;
    log('info', `closed ${basename(name)} with ${plural(events, 'event')}`);
    if (!keep) return;
    const { removed, problems } = explaining(place.path, () => removeOld(place.file, keep));
    for (const path of removed) log('info', `removed ${basename(path)}`);
    for (const problem of problems) log('warning', problem);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #watchAge(session: SessionWriter): void {
    clearTimeout(this.#timer);
    const { age } = this.#options.every;
    if (age === undefined) return;
    const left = session.captureStarted + age - now();
    if (left <= 0n) this.#after(0);
    // The system's clock may be set meanwhile, so it is looked at again.
    else
      this.#timer = setTimeout(
        () => this.#watchAge(session),
        Math.min(Number(left / 1_000_000n) + 1, LONGEST_TIMER_MS),
      );
  }

  #after(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isDue = true;
      this.#onDue();
    }, milliseconds);
  }
}
