import type { LineBatch } from '../line-batch.js';
import type { EventContext } from './event-context.js';
import type { Wants } from './wants.js';

/** Gives the context of an event that is handed on, whether or not all that it wants is known. */
export type Conclude = (wants: Wants) => EventContext | undefined;

/** What waits to be handed on, in the order of the stream. */
export interface Held {
  /** Until when it waits, in the milliseconds of `performance.now()`. */
  readonly deadline: number;
  readonly bytes: number;
  /** Whether all of it has been taken. */
  readonly isEmpty: boolean;
  /**
   * Takes as much from its front as waits for nothing.
   *
   * @param isDue whether nothing in it waits any longer
   * @returns hands on what was taken; `undefined` when it is nothing
   */
  take(isDue: boolean): (() => void) | undefined;
}

/** A line of a batch that wants to know something. */
export interface WaitingLine {
  readonly index: number;
  /** Where it begins in the batch's bytes. */
  readonly start: number;
  readonly wants: Wants;
}

/** Lines, of which some wait. */
export class HeldLines implements Held {
  readonly deadline: number;
  readonly #batch: LineBatch;
  readonly #contexts: (EventContext | undefined)[];
  readonly #waiting: readonly WaitingLine[];
  readonly #conclude: Conclude;
  readonly #handOn: (batch: LineBatch) => void;
  /** How many of those that wait are over. */
  #over = 0;
  /** Of the lines that were not taken, the first one's number and where it begins. */
  #index = 0;
  #start = 0;

  /**
   * @param contexts one for each line of the batch; those of lines that wait are filled in
   * @param waiting in the order of the lines
   */
  constructor(
    batch: LineBatch,
    contexts: (EventContext | undefined)[],
    waiting: readonly WaitingLine[],
    deadline: number,
    conclude: Conclude,
    handOn: (batch: LineBatch) => void,
  ) {
    this.#batch = batch;
    this.#contexts = contexts;
    this.#waiting = waiting;
    this.deadline = deadline;
    this.#conclude = conclude;
    this.#handOn = handOn;
  }

  get bytes(): number {
    return this.#batch.lines.length;
  }

  get isEmpty(): boolean {
    return this.#index === this.#batch.count;
  }

  take(isDue: boolean): (() => void) | undefined {
    let next = this.#waiting[this.#over];
    while (next && (isDue || !next.wants.isOpen)) {
      this.#contexts[next.index] = this.#conclude(next.wants);
      this.#over += 1;
      next = this.#waiting[this.#over];
    }
    const { lines, count } = this.#batch;
    const part = this.#part(next?.index ?? count, next?.start ?? lines.length);
    return part && (() => this.#handOn(part));
  }

  #part(index: number, start: number): LineBatch | undefined {
    const { lines, times, count } = this.#batch;
    const from = this.#index;
    const fromByte = this.#start;
    if (index === from) return undefined;
    this.#index = index;
    this.#start = start;
    const contexts = index - from === count ? this.#contexts : this.#contexts.slice(from, index);
    const part =
      index - from === count
        ? this.#batch
        : { lines: lines.subarray(fromByte, start), times: times.subarray(from, index), count: index - from };
    return contexts.some((context) => context !== undefined) ? { ...part, contexts } : part;
  }
}

/** One thing that happened between lines. */
export class HeldIncident implements Held {
  readonly bytes = 0;
  isEmpty = false;
  readonly deadline: number;
  readonly #wants: Wants | undefined;
  readonly #handOn: () => void;

  /** @param wants what it wants to know; without it, it waits for nothing but its turn */
  constructor(wants: Wants | undefined, deadline: number, handOn: () => void) {
    this.#wants = wants;
    this.deadline = deadline;
    this.#handOn = handOn;
  }

  take(isDue: boolean): (() => void) | undefined {
    if (this.#wants?.isOpen && !isDue) return undefined;
    this.isEmpty = true;
    return this.#handOn;
  }
}
