import { IdIndex } from './id-index.js';
import type { Subject } from './subject.js';

/** How many containers, or execs, are kept in mind, and how many bytes of answers about them. */
const MOST_SUBJECTS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

interface Kept<T> {
  readonly subject: T;
  bytes: number;
  /** Whether it was needed since its turn to be forgotten came. */
  isNeeded: boolean;
}

/** The containers, or the execs, that are known, by their keys. Those that were not needed for long are forgotten when there is no room. */
export class SubjectCache<T extends Subject> {
  readonly #onForgotten: (subject: T) => void;
  /** Those whose turn to be forgotten comes first stand first. */
  readonly #subjects = new Map<string, Kept<T>>();
  readonly #index = new IdIndex<Kept<T>>();
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
    const kept = { subject, bytes: 0, isNeeded: false };
    this.#subjects.set(subject.key, kept);
    this.#index.set(subject.key, kept);
    return subject;
  }

  /** Forgets it without telling. */
  take(key: string): T | undefined {
    const kept = this.#subjects.get(key);
    if (kept) this.#remove(key, kept.bytes);
    return kept?.subject;
  }

  /** The answer about it has so many bytes now. */
  weigh(subject: Subject, bytes: number): void {
    const kept = this.#subjects.get(subject.key);
    if (kept?.subject !== subject) return;
    this.#bytes += bytes - kept.bytes;
    kept.bytes = bytes;
    kept.isNeeded = true;
    this.#makeRoom(0);
  }

  /** Forgets all. */
  clear(): void {
    for (const { subject } of this.#subjects.values()) this.#onForgotten(subject);
    this.#subjects.clear();
    this.#index.clear();
    this.#bytes = 0;
  }

  /** @param more how many are to come */
  #makeRoom(more: number): void {
    for (const [key, kept] of this.#subjects) {
      if (this.#subjects.size + more <= MOST_SUBJECTS && this.#bytes <= MOST_BYTES) return;
      if (kept.isNeeded) {
        kept.isNeeded = false;
        this.#subjects.delete(key);
        this.#subjects.set(key, kept);
      } else {
        this.#remove(key, kept.bytes);
        this.#onForgotten(kept.subject);
      }
    }
  }

  #remove(key: string, bytes: number): void {
    this.#subjects.delete(key);
    this.#index.delete(key);
    this.#bytes -= bytes;
  }
}

function needed<T>(kept: Kept<T> | undefined): T | undefined {
  if (kept) kept.isNeeded = true;
  return kept?.subject;
}
