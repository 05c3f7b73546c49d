import { ID_LENGTH } from '../container-events.js';
import { viewOf } from '../literal.js';

const ID = new RegExp(`^[0-9a-f]{${ID_LENGTH}}$`);

/** An ID takes so many doubles. No digits make one that is zero or not a number, so equal ones have equal bytes. */
const DOUBLES = ID_LENGTH / 8;

/**
 * Finds things by the IDs that stand in lines, without making a text of each: that, and looking it up, would cost more than all else that is
 * done to a line. All IDs stand side by side in memory, since a flood of many containers' events waits for the memory most of the time.
 * What is not found may be there all the same, when its ID is of another kind, or when another one took its place.
 */
export class IdIndex<T> {
  readonly #places = new Map<number, number>();
  #ids = new Float64Array(64 * DOUBLES);
  #values: (T | undefined)[] = [];
  #free: number[] = [];

  set(id: string, value: T): void {
    if (!ID.test(id)) return;
    const bytes = viewOf(Buffer.from(id, 'latin1'));
    const hash = hashAt(bytes, 0);
    const place = this.#places.get(hash) ?? this.#free.pop() ?? this.#values.length;
    this.#makeRoom(place);
    for (let index = 0; index < DOUBLES; index += 1) {
      this.#ids[place * DOUBLES + index] = bytes.getFloat64(8 * index, true);
    }
    this.#values[place] = value;
    this.#places.set(hash, place);
  }

  delete(id: string): void {
    if (!ID.test(id)) return;
    const bytes = viewOf(Buffer.from(id, 'latin1'));
    const place = this.#placeOf(bytes, 0);
    if (place === undefined) return;
    this.#places.delete(hashAt(bytes, 0));
    this.#values[place] = undefined;
    this.#free.push(place);
  }

  clear(): void {
    this.#places.clear();
    this.#values = [];
    this.#free = [];
  }

  /** @param at where an ID of {@link ID_LENGTH} bytes begins */
  get(bytes: DataView, at: number): T | undefined {
    const place = this.#placeOf(bytes, at);
    return place === undefined ? undefined : this.#values[place];
  }

  #placeOf(bytes: DataView, at: number): number | undefined {
    const place = this.#places.get(hashAt(bytes, at));
    if (place === undefined) return undefined;
    for (let index = 0; index < DOUBLES; index += 1) {
      if (bytes.getFloat64(at + 8 * index, true) !== this.#ids[place * DOUBLES + index]) return undefined;
    }
    return place;
  }

  #makeRoom(place: number): void {
    if (place * DOUBLES < this.#ids.length) return;
    const more = new Float64Array(2 * this.#ids.length);
    more.set(this.#ids);
    this.#ids = more;
  }
}

/** Of random digits, the first twelve tell enough. The result is what V8 keeps as a small integer. */
function hashAt(bytes: DataView, at: number): number {
  const mixed = Math.imul(bytes.getInt32(at, true), 0x9e3779b1) ^ bytes.getInt32(at + 4, true);
  return (Math.imul(mixed, 0x85ebca6b) ^ bytes.getInt32(at + 8, true)) & 0x3fffffff;
}
