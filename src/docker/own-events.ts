import { isoTime } from '../time.js';
import { batchOf } from './event-time.js';
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
 */
export interface OwnEvent {
  readonly action: 'daemon lost' | 'daemon back' | 'gap';
  /** The daemon's ID, as `Actor.ID` of Docker's own events of the daemon; empty when it is not known. */
  readonly daemonId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** What a `gap` says, for those who keep gaps elsewhere, too. */
  readonly gap?: Gap;
}

/** A stretch of the stream in which events were lost, or may have been. */
export interface Gap {
  readonly endpoint: string;
  readonly daemonId: string;
  /** When the gap began and ended, nanoseconds since the epoch. */
  readonly from: bigint;
  readonly to: bigint;
  readonly reason: string;
  /** How many events are lost, when it is known; 0 means that it is certain that some are. */
  readonly dropped?: number;
}

/** The event that marks a gap. It stands in the stream where the gap ends. */
export function gapEvent(gap: Gap): OwnEvent {
  return {
    action: 'gap',
    daemonId: gap.daemonId,
    attributes: {
      endpoint: gap.endpoint,
      from: isoTime(gap.from, 'Z'),
      to: isoTime(gap.to, 'Z'),
      reason: gap.reason,
      loss: gap.dropped === undefined ? 'possible' : 'certain',
      ...(gap.dropped ? { dropped: String(gap.dropped) } : {}),
    },
    time: gap.to,
    gap,
  };
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
  return batchOf(Buffer.from(lines.join('')), 0n);
}
