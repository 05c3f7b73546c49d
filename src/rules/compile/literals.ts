import { ownBytes, toText } from '../bytes.js';
import type { ByteString } from '../event-batch.js';
import type { FieldType } from '../field-info.js';
import { parseAddress } from './addresses.js';
import { parseUint64 } from './numbers.js';

/** A single value that a field is compared with. An address is its bytes. */
export type Scalar = ByteString | bigint | boolean;

/** Types whose values are compared with such a value; networks hold addresses instead. */
export type ScalarType = Exclude<FieldType, 'ipnet'>;

/** Falco keeps a value in a buffer of 256 bytes, of which a NUL takes one. */
const MAX_TEXT_BYTES = 255;

/** The value that a literal stands for where a value of `type` is compared with it; or, as an Error, why it is none. */
export function parseLiteral(text: ByteString, type: ScalarType): Scalar | Error {
  if (text.includes('\0')) return new Error('a value cannot have a NUL byte in it');
  switch (type) {
    case 'string':
      if (text.length <= MAX_TEXT_BYTES) return ownBytes(text);
      return new Error(`a value has at most ${MAX_TEXT_BYTES} bytes, this one has ${text.length}`);
    case 'bool':
      if (text === 'true') return true;
      return text === 'false' ? false : new Error(`'${toText(text)}' is not a boolean: write true or false`);
    case 'uint64':
    case 'reltime':
    case 'abstime': {
      const unit = type === 'uint64' ? '' : ': write nanoseconds';
      return parseUint64(text) ?? new Error(`'${toText(text)}' is not a whole decimal number${unit}`);
    }
    case 'ipaddr':
      return parseAddress(text) ?? new Error(`'${toText(text)}' is not an IP address such as 10.0.0.1 or fe80::1`);
  }
}
