import type { PlainValue } from '../output/plain-value.js';
import { printable } from '../output/printable.js';
import type { ExplainedTerm } from './explanation.js';

/** How many characters of a comparison, and of a text among its values, are shown. */
const TERM_LENGTH = 120;
const VALUE_LENGTH = 80;

/** How many items of a list are shown. */
const LIST_LENGTH = 5;

/** A comparison for people. A long one ends where an item of its list does. */
export function shownTerm({ text }: ExplainedTerm): string {
  if (text.length <= TERM_LENGTH) return printable(text);
  const comma = text.lastIndexOf(', ', TERM_LENGTH);
  return printable(comma > 0 && text.endsWith(')') ? `${text.slice(0, comma)}, …)` : cut(text, TERM_LENGTH));
}

/** The values that a comparison is about: `docker.action = "connect"`, `docker.status is absent`. */
export function shownValues({ values }: ExplainedTerm): string {
  const shown = values.map(({ operand, value }) =>
    value === null ? `${operand} is absent` : `${operand} = ${shownValue(value)}`,
  );
  return printable(shown.join(' and '));
}

function shownValue(value: PlainValue): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, VALUE_LENGTH));
  if (!Array.isArray(value)) return String(value);
  const items = value.slice(0, LIST_LENGTH).map(shownValue);
  const more = value.length - items.length;
  return `(${items.join(', ')}${more > 0 ? `, … and ${more} more` : ''})`;
}

function cut(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length)];
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : text;
}
