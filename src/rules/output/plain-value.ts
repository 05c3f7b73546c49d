import { toText } from '../bytes.js';
import type { FieldValue } from '../event-batch.js';

/** A field's value for people and reports: byte strings are text, and what is absent is null. */
export type PlainValue = string | bigint | boolean | null | readonly PlainValue[];

/** The plain value of a field's value. */
export function plainValue(value: FieldValue): PlainValue {
  if (value === undefined) return null;
  if (typeof value === 'string') return toText(value);
  return Array.isArray(value) ? value.map(plainValue) : (value as bigint | boolean);
}
