import type { EventContext } from './enrichment/event-context.js';

/** Which daemon something happened to. */
export interface Origin {
  /** Its address, such as `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  /** The ID that it keeps for its life; empty when it is not known. */
  readonly daemonId: string;
}

/**
 * What happens to a stream of events, beside its events. Every drop, retry, gap and reconnect is one of these, wherever it
 * is noticed; each is counted (`StreamFigures`), and those that rules and captures should know of become an event in the
 * stream (`ownEventOf`). Times are nanoseconds since the epoch.
 */
export type Incident = Lost | Back | Retry | Gap | Drop | Missed;

/** The connection to the daemon is gone. */
export interface Lost extends Origin {
  readonly kind: 'lost';
  readonly reason: string;
  readonly time: bigint;
}

/** Events flow again after a loss. */
export interface Back extends Origin {
  readonly kind: 'back';
  readonly time: bigint;
}

/** A daemon gives no events, and is asked again in a while. */
export interface Retry extends Origin {
  readonly kind: 'retry';
  readonly reason: string;
  /** Milliseconds until the next try. */
  readonly wait: number;
}

/** A stretch of the stream that the daemon's memory of events does not cover. It stands in the stream where it ends. */
export interface Gap extends Origin {
  readonly kind: 'gap';
  readonly from: bigint;
  readonly to: bigint;
  readonly reason: string;
  readonly loss: 'possible' | 'certain';
}

/** Events for which a full queue had no room: a gap whose loss is counted. */
export interface Drop extends Origin {
  readonly kind: 'drop';
  readonly from: bigint;
  readonly to: bigint;
  readonly reason: string;
  readonly events: number;
}

/** What must have happened to a container during a gap, by what the daemon says of it afterwards. */
export interface Missed extends Origin {
  readonly kind: 'missed';
  readonly change: 'start' | 'die';
  readonly container: string;
  /** Without a leading slash; absent when it is not known any more, as is the image. */
  readonly name?: string;
  readonly image?: string;
  /** Of a container that died and still exists. */
  readonly exitCode?: number;
  /** What is known of the container besides. */
  readonly context?: EventContext;
  /** When it was noticed. */
  readonly time: bigint;
}
