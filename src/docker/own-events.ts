import { isoTime } from '../time.js';
import type { EventContext } from './enrichment/event-context.js';
import { batchOf } from './event-time.js';
import type { Incident, Missed } from './incident.js';
import type { LineBatch } from './line-batch.js';

/**
 * What docktape itself has to say about a stream, put into the stream where it happened, so that it is recorded, replayed
 * and seen by rules like any other event:
 *
 * | action | attributes |
 * |---|---|
 * | `daemon lost` | `endpoint`, `reason`: the connection to the daemon is gone |
 * | `daemon back` | `endpoint`: events flow again |
 * | `gap` | `endpoint`, `from`, `to` (RFC 3339), `reason`, `loss` (`possible`, or `certain`), and `dropped` when counted |
 * | `missed start`, `missed die` | `endpoint`, `container`, and `name`, `image`, `exitCode` when known: it happened during a gap |
 */
export interface OwnEvent {
  readonly action: 'daemon lost' | 'daemon back' | 'gap' | 'missed start' | 'missed die';
  /** The daemon's ID, as `Actor.ID` of Docker's own events of the daemon; empty when it is not known. */
  readonly daemonId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** What is known of the container that it is about. */
  readonly context?: EventContext;
}

/** The event that says so; `undefined` for a retry, of which there may be any number and nothing new in any. */
export function ownEventOf(incident: Incident): OwnEvent | undefined {
  const { endpoint, daemonId } = incident;
  switch (incident.kind) {
    case 'lost':
      return {
        action: 'daemon lost',
        daemonId,
        attributes: { endpoint, reason: incident.reason },
        time: incident.time,
      };
    case 'back':
      return { action: 'daemon back', daemonId, attributes: { endpoint }, time: incident.time };
    case 'gap':
      return gapEvent(incident, { loss: incident.loss });
    case 'drop':
      return gapEvent(incident, { loss: 'certain', dropped: String(incident.events) });
    case 'missed':
      return missedEvent(incident);
    case 'retry':
      return undefined;
  }
}

function gapEvent(
  { endpoint, daemonId, from, to, reason }: Extract<Incident, { readonly from: bigint }>,
  loss: Readonly<Record<string, string>>,
): OwnEvent {
  const attributes = { endpoint, from: isoTime(from, 'Z'), to: isoTime(to, 'Z'), reason, ...loss };
  return { action: 'gap', daemonId, attributes, time: to };
}

function missedEvent(missed: Missed): OwnEvent {
  const { endpoint, daemonId, change, container, name, image, exitCode, context, time } = missed;
  const attributes = {
    endpoint,
    container,
    ...(name === undefined ? {} : { name }),
    ...(image === undefined ? {} : { image }),
    ...(exitCode === undefined ? {} : { exitCode: String(exitCode) }),
  };
  return { action: `missed ${change}`, daemonId, attributes, time, ...(context ? { context } : {}) };
}

/**
 * The events as lines in the shape of Docker's: type `docktape`, scope `local`, attributes sorted by key, `timeNano` last.
 * The numbers are written as text, because a JSON number of JavaScript would round the nanoseconds.
 */
export function linesOf(events: readonly OwnEvent[]): LineBatch {
  const lines = events.map(({ action, daemonId, attributes, time }) => {
    const sorted = Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const head = JSON.stringify({
      Type: 'docktape',
      Action: action,
      Actor: { ID: daemonId, Attributes: sorted },
      scope: 'local',
    });
    return `${head.slice(0, -1)},"time":${time / 1_000_000_000n},"timeNano":${time}}\n`;
  });
  const batch = batchOf(Buffer.from(lines.join('')), 0n);
  const contexts = events.map(({ context }) => context);
  return contexts.some((context) => context !== undefined) ? { ...batch, contexts } : batch;
}
