/** Keys of attributes, or, with `*` at their end, beginnings of such keys. */
export class LabelKeys {
  readonly #exact: readonly string[];
  readonly #beginnings: readonly string[];
  readonly #exactBytes: readonly Uint8Array[];
  readonly #beginningsBytes: readonly Uint8Array[];

  constructor(readonly keys: readonly string[]) {
    this.#exact = keys.filter((key) => !key.endsWith('*'));
    this.#beginnings = keys.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
    this.#exactBytes = this.#exact.map((key) => Buffer.from(key));
    this.#beginningsBytes = this.#beginnings.map((beginning) => Buffer.from(beginning));
  }

  has(key: string): boolean {
    const bytes = Buffer.from(key);
    return this.hasBytes(bytes, 0, bytes.length);
  }

  /** Whether the bytes from `start` to `end`, in UTF-8, are such a key. */
  hasBytes(bytes: Uint8Array, start: number, end: number): boolean {
    for (const key of this.#exactBytes) {
      if (end - start === key.length && beginsWith(bytes, start, key)) return true;
    }
    for (const beginning of this.#beginningsBytes) {
      if (end - start >= beginning.length && beginsWith(bytes, start, beginning)) return true;
    }
    return false;
  }

  /** How each of them, spelled without escapes, looks in a line. */
  get needles(): string[] {
    const image = this.has('image') ? ['"from"'] : [];
    return [...this.#exact.map((key) => `"${key}"`), ...this.#beginnings.map((beginning) => `"${beginning}`), ...image];
  }
}

/** Whether the bytes from `start` on begin with others; there have to be as many. */
export function beginsWith(bytes: Uint8Array, start: number, beginning: Uint8Array): boolean {
  for (let offset = 0; offset < beginning.length; offset += 1) {
    if (bytes[start + offset] !== beginning[offset]) return false;
  }
  return true;
}
