/** Ways in which the bytes of a file go wrong, each repeatable by its seed. */

/** A small generator of numbers, so that a failure can be repeated. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }
}

/** A file's bytes with damage, and where that is. */
export class Damage {
  bytes: Buffer;
  /** The offsets of the bytes that differ. */
  readonly offsets: Set<number> = new Set();
  /** What was done, for the message of a failure. */
  readonly story: string[] = [];

  constructor(
    private readonly sound: Buffer,
    private readonly pageSize: number,
    private readonly random: Random,
  ) {
    this.bytes = Buffer.from(sound);
  }

  get pages(): number {
    return this.sound.length / this.pageSize;
  }

  /** Whether any byte of the page (the first is 1) differs, or is gone. */
  isHit(page: number): boolean {
    const start = (page - 1) * this.pageSize;
    const end = start + this.pageSize;
    return end > this.bytes.length || !this.bytes.subarray(start, end).equals(this.sound.subarray(start, end));
  }

  /** Single bytes, every other one where SQLite keeps its notes: at the beginning of a page. */
  scatter(count: number): void {
    for (let spot = 0; spot < count; spot += 1) {
      const page = this.random.below(this.pages) * this.pageSize;
      this.#put(spot % 2 ? this.random.below(this.sound.length) : page + this.random.below(64), this.random.below(256));
    }
    this.story.push(`${count} bytes`);
  }

  /** Every byte of a stretch, with zeros or with anything. */
  overwrite(start: number, length: number, withZeros: boolean): void {
    for (let at = start; at < start + length; at += 1) this.#put(at, withZeros ? 0 : this.random.below(256));
    this.story.push(`${length} ${withZeros ? 'zeros' : 'random bytes'} at ${start}`);
  }

  page(withZeros: boolean): void {
    this.overwrite(this.random.below(this.pages) * this.pageSize, this.pageSize, withZeros);
  }

  /** A page written to the place of another: one that begins with this byte. */
  misdirect(firstByte: number): void {
    const sources = Array.from({ length: this.pages }, (_, page) => page * this.pageSize).filter(
      (start) => this.sound[start] === firstByte,
    );
    const from = sources[this.random.below(sources.length)] ?? 0;
    const to = this.random.below(this.pages) * this.pageSize;
    for (let at = 0; at < this.pageSize; at += 1) this.#put(to + at, this.sound[from + at] ?? 0);
    this.story.push(`the page at ${from} over that at ${to}`);
  }

  truncate(): void {
    this.bytes = this.bytes.subarray(0, this.random.below(this.sound.length));
    this.story.push(`truncated to ${this.bytes.length}`);
  }

  #put(at: number, value: number): void {
    if (at >= this.bytes.length) return;
    this.bytes[at] = value;
    if (value !== this.sound[at]) this.offsets.add(at);
  }
}
