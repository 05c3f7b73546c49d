import { ownBytes, toText } from '../bytes.js';
import type { ByteString } from '../event-batch.js';
import type { FieldType } from '../field-info.js';

/** A single value that a field is compared with. */
export type Scalar = ByteString | bigint | boolean;

const MAX_UINT64 = 2n ** 64n - 1n;

/** The value that a literal stands for where a value of `type` is compared with it; or, as an Error, why it is none. */
export function parseLiteral(text: ByteString, type: FieldType): Scalar | Error {
  if (text.includes('\0')) return new Error('a value cannot have a NUL byte in it');
  switch (type) {
    case 'string':
      return ownBytes(text);
    case 'bool':
      if (text === 'true') return true;
      return text === 'false' ? false : new Error(`'${toText(text)}' is not a boolean: write true or false`);
    case 'uint64':
    case 'reltime':
    case 'abstime':
      return parseUint64(text, type);
    case 'ipaddr':
    case 'ipnet':
      return new Error(`fields of type ${type} can only be tested with exists`);
  }
}

/**
 * Falco reads numbers with scanf's `%lu`: decimal, a sign allowed, modulo 2^64 for a negative one and the largest for one
 * that is too large.
 */
function parseUint64(text: ByteString, type: FieldType): bigint | Error {
  const parts = /^[ \t\n\v\f\r]*([+-]?)(\d+)$/.exec(text);
  if (!parts) {
    const unit = type === 'uint64' ? '' : ': write nanoseconds';
    return new Error(`'${toText(text)}' is not a whole decimal number${unit}`);
  }
  const magnitude = BigInt(parts[2] as string);
  if (magnitude > MAX_UINT64) return MAX_UINT64;
  return parts[1] === '-' ? BigInt.asUintN(64, -magnitude) : magnitude;
}
