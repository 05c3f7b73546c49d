import type { LineBatch } from '../line-batch.js';
import { eventKey } from './event-key.js';

/** How many lines are remembered at least: four times what a daemon remembers. */
export const RECENT_LINES = 1_024;

/** The room for lines that have no key yet. A thousand usual ones take 0.6 MiB. */
const ROOM = 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The last lines of a stream, at least {@link RECENT_LINES} and not many times more, by their keys. In a fast stream a line
 * costs the copy of its bytes: keys are made of them when they are asked for, which is after the stream was lost, or when the
 * room is full.
 */
export class RecentLines {
  #older: Half;
  #newer = new Half([]);

  /** @param keys those of lines that came before, the newest last */
  constructor(keys: readonly string[] = []) {
    this.#older = new Half(keys.slice(-RECENT_LINES));
  }

  /** Remembers lines; the batch is not kept. */
  add(batch: LineBatch): void {
    if (this.#newer.count >= RECENT_LINES) {
      const empty = this.#older;
      empty.clear();
      this.#older = this.#newer;
      this.#newer = empty;
    }
    this.#newer.add(batch);
  }

  /** The keys, the newest last. */
  keys(): string[] {
    return [...this.#older.keys(), ...this.#newer.keys()];
  }
}

/** A part of the lines that is forgotten as a whole. */
class Half {
  #keys: string[];
  /** Lines that follow those of the keys: `#lines` of them in the first `#used` bytes. */
  #bytes: Buffer | undefined;
  #used = 0;
  #lines = 0;

  constructor(keys: string[]) {
    this.#keys = keys;
  }

  get count(): number {
    return this.#keys.length + this.#lines;
  }

  add({ lines, count }: LineBatch): void {
    if (lines.length > ROOM - this.#used) this.#makeKeys();
    if (lines.length > ROOM) {
      addKeys(this.#keys, lines);
      return;
    }
    this.#bytes ??= Buffer.allocUnsafeSlow(ROOM);
    lines.copy(this.#bytes, this.#used);
    this.#used += lines.length;
    this.#lines += count;
  }

  keys(): readonly string[] {
    this.#makeKeys();
    return this.#keys;
  }

  clear(): void {
    this.#keys = [];
    this.#used = 0;
    this.#lines = 0;
  }

  #makeKeys(): void {
    if (this.#bytes) addKeys(this.#keys, this.#bytes.subarray(0, this.#used));
    this.#used = 0;
    this.#lines = 0;
  }
}

/** Adds the keys of the last of some lines. */
function addKeys(keys: string[], lines: Buffer): void {
  let start = startOfLast(lines, RECENT_LINES);
  while (start < lines.length) {
    const end = lines.indexOf(NEWLINE, start);
    keys.push(eventKey(lines, start, end));
    start = end + 1;
  }
}

/** Where the last `count` lines begin. */
function startOfLast(lines: Buffer, count: number): number {
  let start = lines.length;
  for (let taken = 0; taken < count && start > 0; taken += 1) {
    start = start === 1 ? 0 : lines.lastIndexOf(NEWLINE, start - 2) + 1;
  }
  return start;
}
