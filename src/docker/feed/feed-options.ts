import type { DocktapeError } from '../../errors.js';
import type { DaemonInfo } from '../daemon-info.js';
import type { EnrichmentOptions, Inspection } from '../enrichment/enrichment-options.js';
import type { Incident } from '../incident.js';
import type { LineBatch } from '../line-batch.js';

export type LogSeverity = 'error' | 'warning' | 'info' | 'debug';

/** What becomes of a feed's events. Each call returns at once: the daemon's socket is read between them. */
export interface FeedSink {
  /** Events flow: at first, and again after each loss. */
  connected(daemon: DaemonInfo): void;
  /** There is no daemon, and it is waited for. Told once, until it is connected. */
  waiting(reason: string): void;
  /** Events that were not told before. The batch is the sink's from now on. */
  lines(batch: LineBatch): void;
  /** What happened at this place of the stream; see `ownEventOf`. */
  incident(incident: Incident): void;
  /** A question about a container or an exec was asked or answered, or an event goes on without; to be counted. */
  inspection(inspection: Inspection): void;
  log(severity: LogSeverity, text: string): void;
  /** The stream has reached `until`. Nothing follows. */
  ended(): void;
  /** There is nothing to wait for. Nothing follows. */
  failed(error: DocktapeError): void;
}

export interface FeedOptions {
  /** Whether a daemon that is absent or goes away is waited for, or is an error. */
  readonly onAbsent: 'retry' | 'fail';
  /** Nanoseconds since the epoch, inclusive. Without it, only what happens from now on. */
  readonly since?: bigint;
  readonly until?: bigint;
  /** What an earlier stream of this daemon has delivered, which is not to be repeated. Its `wantedFrom` stands for `since`. */
  readonly resume?: Resume;
  /** What becomes of lines before they are compared with others and handed on: the same number of lines, as many bytes each or not. */
  readonly redact?: (batch: LineBatch) => LineBatch;
  /** Whether to find out after a gap what must have happened to containers in it, which asks for the list of containers. */
  readonly containers?: boolean;
  /** Finds out what the events are about, and puts it beside them; without it they are handed on as they come. */
  readonly enrich?: EnrichmentOptions;
  /** Milliseconds until a daemon must have begun to answer; 5,000 without it. */
  readonly answerTimeout?: number;
  /** Milliseconds without a byte until a daemon is asked whether it is still there; 10,000 without it. */
  readonly silence?: number;
}

/** Where an earlier stream of the same daemon ended: of another host process, of an earlier run of Falco or of a recorder. */
export interface Resume {
  /** Why there is a second one, as a gap's reason. */
  readonly reason: string;
  /** From when on events were wanted: when the very first stream began, or its `since`. Nanoseconds since the epoch. */
  readonly wantedFrom: bigint;
  /** When it ended, as far as it is known; else the time of its last event. Nanoseconds since the epoch. */
  readonly endedAt: bigint;
  /** The keys (`eventKey`) of the last events that it delivered, the newest last. */
  readonly delivered: readonly string[];
}
