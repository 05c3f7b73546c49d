import { IdIndex } from './id-index.js';
import type { Subject } from './subject.js';

/** How many containers, or execs, are kept in mind, and how many bytes of answers about them. */
const MOST_SUBJECTS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The containers, or the execs, that are known, by their keys. Those that were not needed for long are forgotten when there is no room. */
export class SubjectCache<T extends Subject> {
  readonly #onForgotten: (subject: T) => void;
  /** Those whose turn to be forgotten comes first stand first. */
  readonly #subjects = new Map<string, T>();
  readonly #index = new IdIndex<T>();
  #bytes = 0;

  /** @param onForgotten told of what has no room any more */
  constructor(onForgotten: (subject: T) => void) {
    this.#onForgotten = onForgotten;
  }

  get(key: string): T | undefined {
    return needed(this.#subjects.get(key));
  }

  /** The one whose key stands in a line; perhaps nothing though there is one, see {@link IdIndex}. */
  find(line: DataView, at: number): T | undefined {
    return needed(this.#index.get(line, at));
  }

  add(subject: T): T {
    // Before it is there, since it is what would go first where all others were needed.
    this.#makeRoom(1);
    this.#subjects.set(subject.key, subject);
    this.#index.set(subject.key, subject);
    return subject;
  }

  /** Forgets it without telling. */
  take(key: string): T | undefined {
    const subject = this.#subjects.get(key);
    if (subject) this.#remove(subject);
    return subject;
  }

  /** The answer about it has so many bytes now. */
  weigh(subject: Subject, bytes: number): void {
    if (this.#subjects.get(subject.key) !== subject) return;
    this.#bytes += bytes - subject.bytes;
    subject.bytes = bytes;
    subject.isNeeded = true;
    this.#makeRoom(0);
  }

  /** Forgets all. */
  clear(): void {
    for (const subject of this.#subjects.values()) this.#onForgotten(subject);
    this.#subjects.clear();
    this.#index.clear();
    this.#bytes = 0;
  }

  /** @param more how many are to come */
  #makeRoom(more: number): void {
    for (const [key, subject] of this.#subjects) {
      if (this.#subjects.size + more <= MOST_SUBJECTS && this.#bytes <= MOST_BYTES) return;
      if (subject.isNeeded) {
        subject.isNeeded = false;
        this.#subjects.delete(key);
        this.#subjects.set(key, subject);
      } else {
        this.#remove(subject);
        this.#onForgotten(subject);
      }
    }
  }

  #remove({ key, bytes }: T): void {
    this.#subjects.delete(key);
    this.#index.delete(key);
    this.#bytes -= bytes;
  }
}

function needed<T extends Subject>(subject: T | undefined): T | undefined {
  if (subject) subject.isNeeded = true;
  return subject;
}
