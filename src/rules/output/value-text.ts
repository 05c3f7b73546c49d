import { endAtNul } from '../compile/text-endings.js';
import type { ByteString, FieldValue } from '../event-batch.js';
import type { FieldType } from '../field-info.js';
import { addressText } from './address-text.js';

/** What a text shows for a value that is absent. */
const ABSENT = '<NA>';

/** Falco keeps a list's text in a buffer of 1024 bytes, of which a NUL takes one. */
const MAX_LIST_BYTES = 1023;

/** How alerts show values of a type: addresses as people write them, and a value of type `ipnet` not at all. */
export function shownValue(value: FieldValue, type: FieldType): FieldValue {
  if (value === undefined || (type !== 'ipaddr' && type !== 'ipnet')) return value;
  const show = type === 'ipnet' ? () => '<IPNET>' : addressText;
  return Array.isArray(value) ? (value as readonly ByteString[]).map(show) : show(value as ByteString);
}

/** A value in the text of an alert. */
export function valueText(value: FieldValue): ByteString {
  if (value === undefined) return ABSENT;
  return Array.isArray(value) ? listText(value) : endAtNul(String(value));
}

/** As in Falco, there is a comma only where something stands before it, and a long text is cut. */
function listText(values: readonly (ByteString | bigint | boolean)[]): ByteString {
  let items = '';
  for (const value of values) items += items === '' ? value : `,${value}`;
  return `(${items})`.slice(0, MAX_LIST_BYTES);
}
