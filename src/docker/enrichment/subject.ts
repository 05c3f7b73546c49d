import type { HostAnswer } from './context-maker.js';
import type { EventContext } from './event-context.js';
import type { KeptAnswer } from './kept-answer.js';

/** What questions are asked about. */
export type SubjectKind = 'container' | 'exec';

/** How a question ended without an answer that can be used: the daemon has no such container or exec, or it may be asked again. */
export type Failing = 'gone' | 'failed' | 'refused';

/** Milliseconds until a question that failed is asked again, when another event is about the same. */
const RETRY_MS = 10_000;

/**
 * A container or an exec, what is known of it, and what is to be asked.
 *
 * Questions are counted by the demands for them: an event that changes something demands an answer that is asked for after it, and a
 * question is about all demands from before it was asked. Each demand is settled in the end, with a usable answer or without one.
 */
export class Subject<Answer extends KeptAnswer = KeptAnswer> {
  /** Whether it was needed since its turn to be forgotten came; this and the next are of the cache that keeps it. */
  isNeeded = false;
  /** How many bytes are kept of its answer. */
  bytes = 0;
  /** The last answer of use. */
  answer: Answer | undefined;
  #demands = 0;
  /** The demands up to this one are settled; up to the other one, with an answer of use. */
  #settled = 0;
  #answered = 0;
  #retryAt = Number.POSITIVE_INFINITY;
  /** The last context that was made of the answer alone, and on which host. Nearly every line asks for it. */
  #context: EventContext | undefined;
  #host: HostAnswer | undefined;

  /**
   * @param id by which the daemon knows it
   * @param key by which it is told from all others of its kind
   * @param read reads the daemon's answer; `undefined` when it is of no use
   */
  constructor(
    readonly kind: SubjectKind,
    readonly id: string,
    readonly key: string,
    readonly read: (answer: unknown) => Answer | undefined,
  ) {}

  /** How many demands there were. */
  get demands(): number {
    return this.#demands;
  }

  /** Whether a demand waits to be settled. */
  get isOpen(): boolean {
    return this.#settled < this.#demands;
  }

  /** Whether an event that changes nothing is a reason to ask: nothing is known, or nothing new enough and it is time to try again. */
  get isWanting(): boolean {
    if (this.#demands === 0) return true;
    return !this.isOpen && this.#answered < this.#demands && performance.now() >= this.#retryAt;
  }

  demand(): void {
    this.#demands += 1;
  }

  /** The context of an event on this host that wants to know nothing else; `undefined` when not all is known, or none has been made. */
  contextOn(host: HostAnswer): EventContext | undefined {
    return this.#host === host && this.#answered === this.#demands ? this.#context : undefined;
  }

  /** Keeps what was made of the answer for {@link contextOn}. */
  keepContext(host: HostAnswer, context: EventContext | undefined): void {
    this.#host = host;
    this.#context = context;
  }

  isSettled(demand: number): boolean {
    return this.#settled >= demand;
  }

  isAnswered(demand: number): boolean {
    return this.#answered >= demand;
  }

  /** Takes the answer to a question that was asked when there were so many demands. */
  succeed(demands: number, answer: Answer): void {
    this.answer = answer;
    this.#context = undefined;
    this.#answered = Math.max(this.#answered, demands);
    this.#settled = Math.max(this.#settled, demands);
  }

  /** There is no answer to a question that was asked, or was to be, when there were so many demands. */
  fail(demands: number, how: Failing): void {
    this.#settled = Math.max(this.#settled, demands);
    if (how === 'gone') this.#retryAt = Number.POSITIVE_INFINITY;
    else this.#retryAt = how === 'refused' ? 0 : performance.now() + RETRY_MS;
  }
}
