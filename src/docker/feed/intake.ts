import type { LineBatch } from '../line-batch.js';
import type { DaemonClock } from './daemon-clock.js';
import { Resumption } from './resumption.js';
import { RingCollector } from './ring.js';
import type { StreamHistory, Stretch } from './stream-history.js';

/** What an intake finds out, in the order in which it is to be told. */
export interface IntakeOutput {
  /** The connection is good. */
  begun(): void;
  /**
   * Events may be missing before those that follow, or are certain to be.
   *
   * @returns until when, nanoseconds since the epoch
   */
  gap(stretch: Stretch, loss: 'possible' | 'certain'): bigint;
  /** Nothing is missing. */
  complete(): void;
  /** Events that are new. */
  lines(batch: LineBatch): void;
}

const NEWLINE = 0x0a;

/**
 * Takes in what comes over a connection that resumes a stream: collects the ring, merges it with what was delivered, judges whether
 * something is missing, and goes on with the stream.
 */
export class Intake {
  readonly #history: StreamHistory;
  readonly #resumption: Resumption;
  readonly #stretch: Stretch;
  readonly #redact: (batch: LineBatch) => LineBatch;
  readonly #output: IntakeOutput;
  #ring: RingCollector | undefined;
  #isJudged = false;

  /** @param capacity how many events the daemon remembers */
  constructor(
    history: StreamHistory,
    clock: DaemonClock,
    capacity: number,
    redact: (batch: LineBatch) => LineBatch,
    output: IntakeOutput,
  ) {
    this.#history = history;
    this.#resumption = new Resumption(history.before(clock, capacity));
    this.#stretch = history.stretch;
    this.#redact = redact;
    this.#output = output;
    this.#ring = new RingCollector(() => this.#collected());
  }

  /** Whether what comes is new for certain: of the ring, even a line that broke off may have been delivered long ago. */
  get isPastRing(): boolean {
    return this.#ring === undefined && this.#resumption.isSettled;
  }

  take(batch: LineBatch): void {
    if (this.#ring) this.#ring.push(batch);
    else if (this.#resumption.isSettled) this.#output.lines(this.#redact(batch));
    else this.#goOn(batch);
  }

  /**
   * The connection has ended.
   *
   * @param clean whether the daemon has ended it properly
   * @param isLast whether there will not be another one
   * @returns false when it was made in vain: nothing is known now that was not known before
   */
  end(clean: boolean, isLast: boolean): boolean {
    const ring = this.#ring;
    this.#ring = undefined;
    if (!ring) {
      if (clean) this.#resumption.ended();
      this.#judge('possible');
      return true;
    }
    const raw = ring.stop();
    const fresh = this.#resumption.take(this.#redact(raw));
    if (clean) this.#resumption.ended();
    if (fresh.count === 0 && !isLast) return false;
    this.#begin(raw, fresh);
    return true;
  }

  /** Lets go of everything. */
  stop(): void {
    this.#ring?.stop();
    this.#ring = undefined;
  }

  #collected(): void {
    const ring = this.#ring;
    if (!ring) return;
    this.#ring = undefined;
    const raw = ring.stop();
    const fresh = this.#resumption.take(this.#redact(raw));
    this.#resumption.collected();
    this.#begin(raw, fresh);
  }

  #begin(raw: LineBatch, fresh: LineBatch): void {
    this.#output.begun();
    // The line that broke off has come now, unless the daemon has forgotten it.
    const { partial } = this.#history;
    this.#judge(partial && !holdsBeginning(raw.lines, partial) ? 'certain' : 'possible');
    if (fresh.count > 0) this.#output.lines(fresh);
  }

  #goOn(batch: LineBatch): void {
    const fresh = this.#resumption.take(this.#redact(batch));
    this.#judge('possible');
    if (fresh.count > 0) this.#output.lines(fresh);
  }

  #judge(loss: 'possible' | 'certain'): void {
    if (this.#isJudged) return;
    const { verdict } = this.#resumption;
    if (verdict === 'open') {
      this.#history.doubt();
      return;
    }
    this.#isJudged = true;
    this.#history.settle();
    if (verdict === 'gap') this.#history.check(this.#output.gap(this.#stretch, loss));
    else this.#output.complete();
  }
}

/** Whether one of the lines begins so. */
function holdsBeginning(lines: Buffer, beginning: Buffer): boolean {
  for (let start = 0; start < lines.length; start = lines.indexOf(NEWLINE, start) + 1) {
    if (lines.subarray(start, start + beginning.length).equals(beginning)) return true;
  }
  return false;
}
