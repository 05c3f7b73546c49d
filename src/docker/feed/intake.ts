import type { LineBatch } from '../line-batch.js';
import type { Resumption } from './resumption.js';
import { RingCollector } from './ring.js';

/** What an intake finds out, in the order in which it is to be told. */
export interface IntakeOutput {
  /** The connection is good. */
  begun(): void;
  /** Events may be missing before those that follow, or are certain to be. */
  gap(loss: 'possible' | 'certain'): void;
  /** Nothing is missing before those that follow, unless more of the ring is still to come. */
  doubt(): void;
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
  readonly #resumption: Resumption;
  readonly #redact: (batch: LineBatch) => LineBatch;
  readonly #partial: Buffer | undefined;
  readonly #output: IntakeOutput;
  #ring: RingCollector | undefined;
  #isJudged = false;

  /** @param partial the beginning of the line in which the last connection broke off */
  constructor(
    resumption: Resumption,
    redact: (batch: LineBatch) => LineBatch,
    partial: Buffer | undefined,
    output: IntakeOutput,
  ) {
    this.#resumption = resumption;
    this.#redact = redact;
    this.#partial = partial;
    this.#output = output;
    this.#ring = new RingCollector(() => this.#collected());
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
    this.#judge(this.#partial && !holdsBeginning(raw.lines, this.#partial) ? 'certain' : 'possible');
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
      this.#output.doubt();
      return;
    }
    this.#isJudged = true;
    if (verdict === 'gap') this.#output.gap(loss);
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
