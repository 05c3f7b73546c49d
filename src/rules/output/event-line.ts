import { isoTime } from '../../time.js';
import { printable } from './printable.js';

/** The members of an event that its line shows. Anything may be missing or of another type. */
interface ShownEvent {
  readonly Type?: unknown;
  readonly Action?: unknown;
  readonly status?: unknown;
  readonly Actor?: { readonly ID?: unknown; readonly Attributes?: Readonly<Record<string, unknown>> };
}

/** How much of a container's or image's hash is shown, as in `docker ps`. */
const shortHash = 12;

/**
 * One event in one line for people: event number, time, type, action, ID and attributes, much as `docker events` shows it.
 * A payload that is not JSON is shown as it is. Control characters are escaped.
 *
 * @param time nanoseconds since the epoch
 */
export function eventLine(eventNumber: number, time: bigint, payload: Buffer): string {
  return printable(`${eventNumber}  ${isoTime(time, 'Z')}  ${describe(payload.toString())}`);
}

/** An event's type, action and short ID, for a progress line. */
export function eventTitle(payload: Buffer): string {
  const event = parse(payload.toString());
  return printable(event ? titleOf(event) : 'event that is not JSON');
}

function describe(payload: string): string {
  // Only for display: the numbers, which JSON.parse would round, are not shown.
  const event = parse(payload);
  if (event === undefined) return payload;
  const attributes = Object.entries(event.Actor?.Attributes ?? {}).map(([key, value]) => `${key}=${textOf(value)}`);
  return `${titleOf(event)}${attributes.length > 0 ? ` (${attributes.join(', ')})` : ''}`;
}

function titleOf(event: ShownEvent): string {
  const parts = [event.Type, event.Action ?? event.status, event.Actor?.ID].map(textOf);
  return parts.map(shorten).filter(Boolean).join(' ');
}

/** A member as text, also when it is none: a stranger's capture may hold anything. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function parse(payload: string): ShownEvent | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function shorten(id: string): string {
  const hash = /^(sha256:)?[0-9a-f]{64}$/.test(id) ? id.replace('sha256:', '') : undefined;
  return hash?.slice(0, shortHash) ?? id;
}
