import type { FieldValue } from '../../rules/event-batch.js';
import type { Alert } from '../../rules/output/alert.js';

/** What one rule says of one event on two sides. */
export interface AlertPair {
  readonly kind: 'same' | 'lost' | 'gained' | 'changed';
  /** There is an alert on one side at least. */
  readonly before: Alert | undefined;
  readonly after: Alert | undefined;
  /** The rules that report the event on the other side and not on this one. */
  readonly others: readonly string[];
}

/** Pairs the alerts of two sides on the same events by event and rule. Each side comes in stream order. */
export function* alertDifferences(before: readonly Alert[], after: readonly Alert[]): Generator<AlertPair> {
  let [b, a] = [0, 0];
  while (b < before.length || a < after.length) {
    const number = Math.min(
      before[b]?.number ?? Number.POSITIVE_INFINITY,
      after[a]?.number ?? Number.POSITIVE_INFINITY,
    );
    const [b0, a0] = [b, a];
    while (before[b]?.number === number) b++;
    while (after[a]?.number === number) a++;
    yield* ofOneEvent(before.slice(b0, b), after.slice(a0, a));
  }
}

function* ofOneEvent(before: readonly Alert[], after: readonly Alert[]): Generator<AlertPair> {
  const lost = before.filter(({ rule }) => !after.some((alert) => alert.rule === rule));
  const gained = after.filter(({ rule }) => !before.some((alert) => alert.rule === rule));
  for (const alert of lost) yield { kind: 'lost', before: alert, after: undefined, others: namesOf(gained) };
  for (const alert of after) {
    const former = before.find(({ rule }) => rule === alert.rule);
    if (!former) yield { kind: 'gained', before: undefined, after: alert, others: namesOf(lost) };
    else yield { kind: isSame(former, alert) ? 'same' : 'changed', before: former, after: alert, others: [] };
  }
}

function namesOf(alerts: readonly Alert[]): string[] {
  return alerts.map(({ rule }) => rule);
}

function isSame(a: Alert, b: Alert): boolean {
  return a.message === b.message && a.priority === b.priority && haveSameTags(a, b) && haveSameFields(a, b);
}

export function haveSameTags(a: Alert, b: Alert): boolean {
  return isSameList(a.tags, b.tags);
}

export function haveSameFields({ fields: a }: Alert, { fields: b }: Alert): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) {
    if (!b.has(name) || !isSameValue(value, b.get(name))) return false;
  }
  return true;
}

function isSameValue(a: FieldValue, b: FieldValue): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && isSameList(a, b));
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
