import { printable } from '../../rules/output/printable.js';
import type { AlertChange } from '../comparison.js';

/** What became of an alert. */
export type ChangeKind = 'lost' | 'gained' | 'changed';

const introductions: Readonly<Record<ChangeKind, string>> = {
  lost: 'now reported by',
  gained: 'was reported by',
  changed: 'also reported by',
};

/** Which rules report the event instead, in one line; none when no rule does. */
export function othersLines(kind: ChangeKind, { others }: AlertChange): string[] {
  return others.length > 0 ? [`${introductions[kind]} ${others.map(printable).join(', ')}`] : [];
}
