import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DocktapeError } from '../../errors.js';
import { now, unixSeconds } from '../../time.js';
import { DaemonClient } from '../daemon-client.js';
import { type DaemonFailure, explainFailure, failureError } from '../daemon-error.js';
import { type DaemonInfo, describeDaemon, identify } from '../daemon-info.js';
import type { Endpoint } from '../endpoint.js';
import type { Incident } from '../incident.js';
import type { LineBatch } from '../line-batch.js';
import { Backoff } from './backoff.js';
import { readEvents, type StreamEnd } from './event-stream.js';

export type LogSeverity = 'error' | 'warning' | 'info' | 'debug';

/** What becomes of a feed's events. Each call returns at once: the daemon's socket is read between them. */
export interface FeedSink {
  /** Events flow: at first, and again after each loss. */
  connected(daemon: DaemonInfo): void;
  /** There is no daemon, and it is waited for. Told once, until it is connected. */
  waiting(reason: string): void;
  lines(batch: LineBatch): void;
  /** What happened at this place of the stream; see `ownEventOf`. */
  incident(incident: Incident): void;
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
  /** What an earlier stream of this daemon has delivered, which is not to be repeated. */
  readonly resume?: Resume;
  /** What becomes of lines before they are compared with others and handed on: the same number of lines, as many bytes each or not. */
  readonly redact?: (batch: LineBatch) => LineBatch;
  /** Milliseconds until a daemon must have begun to answer. */
  readonly answerTimeout?: number;
}

/** Where an earlier stream of the same daemon ended: of another host process, of an earlier run of Falco or of a recorder. */
export interface Resume {
  /** Why there is a second one, as a gap's reason. */
  readonly reason: string;
  /** From when on events were wanted: when the very first stream began, or its `since`. Nanoseconds since the epoch. */
  readonly wantedFrom: bigint;
  /** When it ended, as far as it is known; else the time of its last event. Nanoseconds since the epoch. */
  readonly endedAt: bigint;
  /** The keys ({@link eventKey}) of the last events that it delivered, the newest last. */
  readonly delivered: readonly string[];
}

/** A stream that lasted this long was sound, so the next wait is a short one. */
const SOUND_MS = 1_000;

/** The daemon's clock decides when `until` is reached; it may be a little ahead of ours. */
const CLOCK_SKEW = 5_000_000_000n;

/**
 * Follows a daemon's event stream over every loss of the connection, until `until`, {@link stop}, or a failure. Used by the
 * recorder and by the live source alike.
 */
export class DaemonFeed {
  readonly #endpoint: Endpoint;
  readonly #options: FeedOptions;
  readonly #sink: FeedSink;
  readonly #client: DaemonClient;
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff();
  #daemon: DaemonInfo | undefined;
  /** How the last stream ended, from then until the next one is there. */
  #lost: (StreamEnd & { readonly at: bigint }) | undefined;
  #isWaiting = false;
  #response: IncomingMessage | undefined;

  constructor(endpoint: Endpoint, options: FeedOptions, sink: FeedSink) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#sink = sink;
    this.#client = new DaemonClient(endpoint, options.answerTimeout ?? 5_000);
  }

  /** Begins; everything else is told to the sink. */
  start(): void {
    this.#run().catch((error) => {
      if (!this.#stopping.signal.aborted) throw error;
    });
  }

  /** Ends at once: no call to the sink follows, and no socket or timer is left. */
  stop(): void {
    this.#stopping.abort();
    this.#response?.destroy();
  }

  async #run(): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      const response = await this.#connect(isFirst);
      if (response === 'given up') return;
      if (response !== undefined) {
        const since = Date.now();
        const end = await readEvents(response, (batch) => {
          if (!this.#stopping.signal.aborted) this.#sink.lines(batch);
        });
        this.#stopping.signal.throwIfAborted();
        if (!this.#goesOnAfter(end)) return;
        if (Date.now() - since >= SOUND_MS) this.#backoff.reset();
      }
      await sleep(this.#backoff.next(), undefined, { signal: this.#stopping.signal });
    }
  }

  /** One try: a stream, `undefined` to try again later, or `given up` when the sink has been told that it failed. */
  async #connect(isFirst: boolean): Promise<IncomingMessage | 'given up' | undefined> {
    const { signal } = this.#stopping;
    try {
      // What happens while a daemon is asked who it is would be missed after a loss, so that is asked only once.
      this.#daemon ??= await identify(this.#client, this.#endpoint, signal);
      this.#response = await this.#client.events(this.#query(), signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = explainFailure(error);
      // A daemon that is starting denies its socket for a moment: only the very first try can tell a lasting refusal.
      if (this.#options.onAbsent === 'fail' || (isFirst && !failure.curable)) {
        this.#sink.failed(failureError(this.#endpoint, failure, error));
        return 'given up';
      }
      this.#wait(failure);
      return undefined;
    }
    if (signal.aborted) this.#response.destroy();
    signal.throwIfAborted();
    this.#announce(this.#daemon);
    return this.#response;
  }

  /** Which events to ask for. After a loss there is no `since`: it would repeat some events and still not bring all. */
  #query(): Record<string, string> {
    const { since, until } = this.#options;
    return {
      ...(since !== undefined && !this.#lost ? { since: unixSeconds(since) } : {}),
      ...(until !== undefined ? { until: unixSeconds(until) } : {}),
    };
  }

  #announce(daemon: DaemonInfo): void {
    this.#isWaiting = false;
    this.#sink.connected(daemon);
    this.#sink.log('info', `reading events from ${describeDaemon(daemon)}`);
    if (!this.#lost) return;
    const { reason, cut, lastHeard, at } = this.#lost;
    this.#lost = undefined;
    const to = now();
    const origin = { endpoint: this.#endpoint.name, daemonId: daemon.daemonId ?? '' };
    this.#sink.incident({ kind: 'back', ...origin, time: to });
    // The end of a local socket is noticed at once; a network's connection may have been dead for a while.
    const from = 'socketPath' in this.#endpoint ? at : lastHeard;
    this.#sink.incident({ kind: 'gap', ...origin, from, to, reason, loss: cut ? 'certain' : 'possible' });
  }

  #wait({ reason, fix }: DaemonFailure): void {
    if (this.#isWaiting) {
      this.#sink.log('debug', `still no events from ${this.#endpoint.name}: ${reason}`);
      return;
    }
    this.#isWaiting = true;
    this.#sink.waiting(reason);
    this.#sink.log('warning', `waiting for the Docker daemon at ${this.#endpoint.name}: ${reason}: ${fix}`);
  }

  /** Whether to look for the daemon again now that its stream has ended; tells the sink what happened. */
  #goesOnAfter(end: StreamEnd): boolean {
    const { until, onAbsent } = this.#options;
    const at = now();
    if (end.clean && until !== undefined && at >= until - CLOCK_SKEW) {
      this.#sink.ended();
      return false;
    }
    const endpoint = this.#endpoint.name;
    if (onAbsent === 'fail') {
      const fix = 'see whether the daemon runs, and start again';
      this.#sink.failed(new DocktapeError('DAEMON', `lost the events of ${endpoint}: ${end.reason}: ${fix}`));
      return false;
    }
    this.#lost = { ...end, at };
    this.#sink.incident({
      kind: 'lost',
      endpoint,
      daemonId: this.#daemon?.daemonId ?? '',
      reason: end.reason,
      time: at,
    });
    this.#sink.log('warning', `lost the Docker daemon at ${endpoint}: ${end.reason}: looking for it again`);
    return true;
  }
}
