import type { ByteString, FieldValue } from '../event-batch.js';
import type { FieldType } from '../field-info.js';
import type { Transformer } from '../language/operators.js';
import { endAtNul } from './text-endings.js';

/** What an operand yields. */
export interface ValueType {
  readonly type: FieldType;
  readonly isList: boolean;
}

/** The effect of a transformer of one operand: on the type, and on a value that is present. */
export interface UnaryTransformer {
  /** The type after it, or undefined when it does not take the type. */
  result(type: ValueType): ValueType | undefined;
  apply(value: Present): FieldValue;
}

type Present = Exclude<FieldValue, undefined>;

/** Transformers of one operand. They work on bytes, and only ASCII letters have cases. */
export const UNARY_TRANSFORMERS: Readonly<Partial<Record<Transformer, UnaryTransformer>>> = {
  tolower: ofStrings((text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
  toupper: ofStrings((text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  basename: ofStrings((text) => text.slice(text.lastIndexOf('/') + 1)),
  b64: ofStrings(decodeBase64),
  len: {
    result: ({ type, isList }) => (isList || type === 'string' ? { type: 'uint64', isList: false } : undefined),
    apply: (value) => BigInt((typeof value === 'string' ? endAtNul(value) : (value as readonly FieldValue[])).length),
  },
};

/** A transformer of strings, and of each string of a list; when it fails on one, the value is absent. */
function ofStrings(apply: (text: ByteString) => ByteString | undefined): UnaryTransformer {
  return {
    result: (type) => (type.type === 'string' ? type : undefined),
    apply: (value) => {
      if (!Array.isArray(value)) return apply(value as ByteString);
      const results = (value as readonly ByteString[]).map(apply);
      return results.some((result) => result === undefined) ? undefined : (results as ByteString[]);
    },
  };
}

/** Base64's last digit when it stands for four or two bits of the value: the others must be zero. */
const LAST_OF_TWO = /[AQgw]$/;
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/;

/**
 * Decodes base64 of the standard alphabet, with or without its padding; undefined when it is none. As in Falco, the last
 * digit has no bits beyond the value, and NULs at the end of the value are dropped.
 */
function decodeBase64(text: ByteString): ByteString | undefined {
  const digits = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || (text !== '' && digits === '')) return undefined;
  const rest = digits.length % 4;
  if (rest === 1 || (rest === 2 && !LAST_OF_TWO.test(digits)) || (rest === 3 && !LAST_OF_THREE.test(digits))) {
    return undefined;
  }
  const value = Buffer.from(digits, 'base64').toString('latin1');
  let end = value.length;
  while (value[end - 1] === '\0') end--;
  return value.slice(0, end);
}
