const WORD = 4;

/** The bytes, to be read by words. */
export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/**
 * Some bytes that are looked for at places in lines, of which every event has several: they are compared by words of four bytes, which
 * takes a fraction of the time that single ones would.
 */
export class Literal {
  readonly length: number;
  /** The first byte. */
  readonly first: number;
  readonly #words: Int32Array;
  /** The last four bytes, some of which may be in the last of the words. */
  readonly #last: number;

  /** @param text ASCII, of at least four characters */
  constructor(text: string) {
    const view = viewOf(Buffer.from(text, 'latin1'));
    this.length = view.byteLength;
    this.first = view.getUint8(0);
    this.#words = Int32Array.from({ length: this.length / WORD }, (_, word) => view.getInt32(WORD * word, true));
    this.#last = view.getInt32(this.length - WORD, true);
  }

  /**
   * Whether it stands at a place.
   *
   * @param at where it would begin; not negative
   * @param limit where the line ends, which it must not go beyond
   */
  isAt(bytes: DataView, at: number, limit: number): boolean {
    const end = at + this.length;
    if (end > limit) return false;
    const words = this.#words;
    for (let word = 0; word < words.length; word += 1) {
      if (bytes.getInt32(at + WORD * word, true) !== words[word]) return false;
    }
    return bytes.getInt32(end - WORD, true) === this.#last;
  }
}
