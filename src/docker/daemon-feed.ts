import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DocktapeError } from '../errors.js';
import { now, unixSeconds } from '../time.js';
import { Backoff } from './backoff.js';
import { DaemonClient } from './daemon-client.js';
import { type DaemonFailure, explainFailure, failureError } from './daemon-error.js';
import { type DaemonInfo, describeDaemon, identify } from './daemon-info.js';
import type { Endpoint } from './endpoint.js';
import { readEvents, type StreamEnd } from './event-stream.js';
import type { LineBatch } from './line-batch.js';
import { gapEvent, type OwnEvent } from './own-events.js';

export type LogSeverity = 'error' | 'warning' | 'info' | 'debug';

/** What becomes of a feed's events. Each call returns at once: the daemon's socket is read between them. */
export interface FeedSink {
  /** Events flow: at first, and again after each loss. */
  connected(daemon: DaemonInfo): void;
  /** There is no daemon, and it is waited for. Told once, until it is connected. */
  waiting(reason: string): void;
  lines(batch: LineBatch): void;
  /** What docktape has to say at this place of the stream; see `linesOf`. */
  ownEvent(event: OwnEvent): void;
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
  /** Milliseconds until a daemon must have begun to answer. */
  readonly answerTimeout?: number;
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
    this.#sink.ownEvent({
      action: 'daemon back',
      daemonId: origin.daemonId,
      attributes: { endpoint: origin.endpoint },
      time: to,
    });
    // The end of a local socket is noticed at once; a network's connection may have been dead for a while.
    const from = 'socketPath' in this.#endpoint ? at : lastHeard;
    this.#sink.ownEvent(gapEvent({ ...origin, from, to, reason, ...(cut ? { dropped: 0 } : {}) }));
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
    const attributes = { endpoint, reason: end.reason };
    this.#sink.ownEvent({ action: 'daemon lost', daemonId: this.#daemon?.daemonId ?? '', attributes, time: at });
    this.#sink.log('warning', `lost the Docker daemon at ${endpoint}: ${end.reason}: looking for it again`);
    return true;
  }
}
