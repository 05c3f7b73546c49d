import type { Subject } from './subject.js';

/** How many containers, or execs, are kept in mind, and how many bytes of answers about them. */
const MOST_SUBJECTS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The containers, or the execs, that are known, by their keys. Those that were not needed for the longest time are forgotten first. */
export class SubjectCache<T extends Subject> {
  readonly #onForgotten: (subject: T) => void;
  readonly #subjects = new Map<string, { readonly subject: T; bytes: number }>();
  #bytes = 0;

  /** @param onForgotten told of what has no room any more */
  constructor(onForgotten: (subject: T) => void) {
    this.#onForgotten = onForgotten;
  }

  get(key: string): T | undefined {
    const kept = this.#subjects.get(key);
    if (!kept) return undefined;
    this.#subjects.delete(key);
    this.#subjects.set(key, kept);
    return kept.subject;
  }

  add(subject: T): T {
    this.#subjects.set(subject.key, { subject, bytes: 0 });
    this.#makeRoom();
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
    this.#makeRoom();
  }

  /** Forgets all. */
  clear(): void {
    for (const { subject } of this.#subjects.values()) this.#onForgotten(subject);
    this.#subjects.clear();
    this.#bytes = 0;
  }

  #makeRoom(): void {
    for (const [key, { subject, bytes }] of this.#subjects) {
      if (this.#subjects.size <= MOST_SUBJECTS && this.#bytes <= MOST_BYTES) return;
      this.#remove(key, bytes);
      this.#onForgotten(subject);
    }
  }

  #remove(key: string, bytes: number): void {
    this.#subjects.delete(key);
    this.#bytes -= bytes;
  }
}
