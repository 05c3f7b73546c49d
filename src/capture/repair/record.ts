/**
 * SQLite's records, the content of cells: https://www.sqlite.org/fileformat2.html#record_format
 */
import { varint } from './tree-page.js';

/** A column's value. Texts are bytes: a payload is not always UTF-8. */
export type Value = null | bigint | number | Buffer;

/** What a record's own head says of its columns. */
export interface RecordHead {
  /** A serial type for each column. */
  readonly types: readonly number[];
  /** Where the first value begins. */
  readonly start: number;
}

/** Columns that a record of ours has at most, with room to spare. */
const MOST_COLUMNS = 64;

const FIXED_SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/**
 * Reads the head of a record; `undefined` when it does not describe a record of exactly this size.
 *
 * @param bytes the record's beginning
 * @param size bytes of the whole record
 */
export function recordHead(bytes: Buffer, size: number): RecordHead | undefined {
  const head = varint(bytes, 0);
  if (head === undefined || head.value > bytes.length) return undefined;
  const types: number[] = [];
  let [at, body] = [head.end, 0];
  while (at < head.value && types.length < MOST_COLUMNS) {
    const type = varint(bytes, at);
    if (type === undefined) return undefined;
    types.push(type.value);
    body += sizeOf(type.value);
    at = type.end;
  }
  return at === head.value && at + body === size ? { types, start: at } : undefined;
}

/** The values of a whole record. */
export function valuesOf({ types, start }: RecordHead, bytes: Buffer): Value[] {
  let at = start;
  return types.map((type) => {
    const value = valueAt(bytes, at, type);
    at += sizeOf(type);
    return value;
  });
}

export function isIntegerType(type: number): boolean {
  return (type >= 1 && type <= 6) || type === 8 || type === 9;
}

export function isTextType(type: number): boolean {
  return type >= 13 && type % 2 === 1;
}

function sizeOf(type: number): number {
  return FIXED_SIZES[type] ?? Math.floor((type - 12) / 2);
}

function valueAt(bytes: Buffer, at: number, type: number): Value {
  if (type === 0) return null;
  if (type === 8) return 0n;
  if (type === 9) return 1n;
  if (type === 6) return bytes.readBigInt64BE(at);
  if (type === 7) return bytes.readDoubleBE(at);
  if (type < 6) return BigInt(bytes.readIntBE(at, sizeOf(type)));
  return bytes.subarray(at, at + sizeOf(type));
}
