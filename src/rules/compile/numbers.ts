import type { ByteString } from '../event-batch.js';

const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_DIGITS = String(MAX_UINT64).length;

/**
 * The number that a text stands for, as scanf's `%lu` reads it for Falco: decimal, blanks before it and a sign allowed,
 * modulo 2^64 for a negative one and the largest for one that is too large. Undefined when anything else is there.
 */
export function parseUint64(text: ByteString): bigint | undefined {
  const parts = /^[ \t\n\v\f\r]*([+-]?)(\d+)$/.exec(text);
  if (!parts) return undefined;
  const digits = (parts[2] as string).replace(/^0+(?=\d)/, '');
  const magnitude = digits.length > MAX_DIGITS ? MAX_UINT64 + 1n : BigInt(digits);
  if (magnitude > MAX_UINT64) return MAX_UINT64;
  return parts[1] === '-' ? BigInt.asUintN(64, -magnitude) : magnitude;
}
