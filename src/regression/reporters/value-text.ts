import type { PlainValue } from '../../rules/output/plain-value.js';
import { printable } from '../../rules/output/printable.js';

/** A field's value for people. Texts are quoted only where their end or emptiness could not be seen otherwise. */
export function valueText(value: PlainValue): string {
  if (value === null) return 'absent';
  if (Array.isArray(value)) return `(${value.map(valueText).join(', ')})`;
  const text = printable(String(value));
  return typeof value === 'string' && (text.trim() !== text || text === '' || text === 'absent') ? `"${text}"` : text;
}
