import type { Subject, SubjectKind } from './subject.js';

/** How many questions wait at most, however many there would be for a daemon that does not answer. */
const MOST_QUESTIONS = 10_000;

/**
 * What is to be asked about, each once: first what events wait for, in the order in which they came, and then what they have stopped
 * waiting for, which later events may want to know.
 */
export class QuestionQueue {
  readonly #timeout: number;
  /** With the time until which an event waits, in the milliseconds of `performance.now()`. */
  readonly #awaited = new Map<Subject, number>();
  readonly #late = new Set<Subject>();

  /** @param timeout for how long events wait, in milliseconds */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** @returns what there is no room for any more: the oldest, of those that no event waits for where there are any */
  add(subject: Subject): Subject | undefined {
    if (this.#awaited.has(subject)) return undefined;
    this.#late.delete(subject);
    this.#awaited.set(subject, performance.now() + this.#timeout);
    if (this.#awaited.size + this.#late.size <= MOST_QUESTIONS) return undefined;
    const [oldest = subject] = this.#late.size > 0 ? this.#late : this.#awaited.keys();
    this.delete(oldest);
    return oldest;
  }

  /** Takes it out; false when it was not there. */
  delete(subject: Subject): boolean {
    return this.#awaited.delete(subject) || this.#late.delete(subject);
  }

  /** Takes out what is to be asked next. */
  next(): Subject | undefined {
    const now = performance.now();
    for (const [subject, until] of this.#awaited) {
      this.#awaited.delete(subject);
      if (until > now) return subject;
      this.#late.add(subject);
    }
    for (const subject of this.#late) {
      this.#late.delete(subject);
      return subject;
    }
    return undefined;
  }

  /** Takes out all of a kind. */
  deleteKind(kind: SubjectKind): Subject[] {
    const all = [...this.#awaited.keys(), ...this.#late].filter((subject) => subject.kind === kind);
    for (const subject of all) this.delete(subject);
    return all;
  }

  clear(): void {
    this.#awaited.clear();
    this.#late.clear();
  }
}
