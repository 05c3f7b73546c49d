/** Docker's IDs, and Podman's, have so many digits, and are found here as so many words of four bytes. */
export const ID_LENGTH = 64;
const WORDS = ID_LENGTH / 4;

/** Something, and the ID by which it is found. */
interface Indexed<T> {
  readonly words: Int32Array;
  readonly value: T;
}

/**
 * Finds things by the IDs that stand in lines, without making a text of each: that, and looking it up, would cost more than all else that is
 * done to a line. What is not found may be there all the same, when its ID is of another length, or when another one took its place.
 */
export class IdIndex<T> {
  readonly #entries = new Map<number, Indexed<T>>();

  set(id: string, value: T): void {
    const bytes = viewOf(Buffer.from(id, 'latin1'));
    if (bytes.byteLength !== ID_LENGTH) return;
    const words = Int32Array.from({ length: WORDS }, (_, word) => bytes.getInt32(4 * word, true));
    this.#entries.set(hashAt(bytes, 0), { words, value });
  }

  delete(id: string): void {
    const bytes = viewOf(Buffer.from(id, 'latin1'));
    if (bytes.byteLength === ID_LENGTH && this.get(bytes, 0) !== undefined) this.#entries.delete(hashAt(bytes, 0));
  }

  clear(): void {
    this.#entries.clear();
  }

  /** @param at where an ID of {@link ID_LENGTH} bytes begins */
  get(bytes: DataView, at: number): T | undefined {
    const entry = this.#entries.get(hashAt(bytes, at));
    if (!entry) return undefined;
    const { words, value } = entry;
    for (let word = 0; word < WORDS; word += 1) {
      if (bytes.getInt32(at + 4 * word, true) !== words[word]) return undefined;
    }
    return value;
  }
}

/** The bytes, to be read by words. */
export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Of random digits, the first twelve tell enough. The result is what V8 keeps as a small integer. */
function hashAt(bytes: DataView, at: number): number {
  const mixed = Math.imul(bytes.getInt32(at, true), 0x9e3779b1) ^ bytes.getInt32(at + 4, true);
  return (Math.imul(mixed, 0x85ebca6b) ^ bytes.getInt32(at + 8, true)) & 0x3fffffff;
}
