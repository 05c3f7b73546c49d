import { DocktapeError } from '../../errors.js';
import { now } from '../../time.js';
import { type DaemonFailure, failureError } from '../daemon-error.js';
import { type DaemonInfo, describeDaemon } from '../daemon-info.js';
import type { Endpoint } from '../endpoint.js';
import type { Gap, Missed, Origin } from '../incident.js';
import type { FeedSink, LogSeverity } from './feed-options.js';
import type { Stretch } from './stream-history.js';

/** Puts what happens to a feed into words and incidents. */
export class FeedReport {
  readonly #endpoint: Endpoint;
  readonly #sink: FeedSink;
  #daemon: DaemonInfo | undefined;
  #isConnected = false;
  #isWaiting = false;

  constructor(endpoint: Endpoint, sink: FeedSink) {
    this.#endpoint = endpoint;
    this.#sink = sink;
  }

  get origin(): Origin {
    return { endpoint: this.#endpoint.name, daemonId: this.#daemon?.daemonId ?? '' };
  }

  connected(daemon: DaemonInfo): void {
    this.#daemon = undefined;
    this.#isConnected = true;
    this.#isWaiting = false;
    this.#comesFrom(daemon);
  }

  back(daemon: DaemonInfo): void {
    this.connected(daemon);
    this.#sink.incident({ kind: 'back', ...this.origin, time: now() });
  }

  /** It turns out which daemon it is. Nothing is told again that was told of this connection. */
  identified(daemon: DaemonInfo): void {
    if (this.#isConnected && !(this.#daemon && isSame(this.#daemon, daemon))) this.#comesFrom(daemon);
  }

  lost(reason: string, time: bigint): void {
    this.#isConnected = false;
    this.#sink.incident({ kind: 'lost', ...this.origin, reason, time });
    this.log('warning', `lost the Docker daemon at ${this.#endpoint.name}: ${reason}: looking for it again`);
  }

  /** @returns the gap that was told */
  gap({ from, reason }: Stretch, loss: Gap['loss']): Gap {
    const to = now();
    // A daemon's clock can be ahead of ours.
    const gap: Gap = { kind: 'gap', ...this.origin, from: from < to ? from : to, to, reason, loss };
    this.#sink.incident(gap);
    this.log('warning', `events may be missing (${loss} loss): ${reason}`);
    return gap;
  }

  missed(missed: readonly Missed[]): void {
    for (const incident of missed) this.#sink.incident(incident);
  }

  /** There is no daemon; it is asked again in `wait` milliseconds. */
  retry({ reason, fix }: DaemonFailure, wait: number): void {
    if (this.#isWaiting) {
      this.log('debug', `still no events from ${this.#endpoint.name}: ${reason}`);
    } else {
      this.#isWaiting = true;
      this.#sink.waiting(reason);
      this.log('warning', `waiting for the Docker daemon at ${this.#endpoint.name}: ${reason}: ${fix}`);
    }
    this.#sink.incident({ kind: 'retry', ...this.origin, reason, wait });
  }

  unreachable(failure: DaemonFailure, error: unknown): void {
    this.#sink.failed(failureError(this.#endpoint, failure, error));
  }

  lostForGood(reason: string): void {
    const fix = 'see whether the daemon runs, and start again';
    this.#sink.failed(new DocktapeError('DAEMON', `lost the events of ${this.#endpoint.name}: ${reason}: ${fix}`));
  }

  log(severity: LogSeverity, text: string): void {
    this.#sink.log(severity, text);
  }

  #comesFrom(daemon: DaemonInfo): void {
    const told = this.#daemon && describeDaemon(this.#daemon);
    this.#daemon = daemon;
    this.#sink.connected(daemon);
    // The name of its host is not in the text.
    if (describeDaemon(daemon) !== told) this.log('info', `reading events from ${describeDaemon(daemon)}`);
  }
}

function isSame(one: DaemonInfo, other: DaemonInfo): boolean {
  return one.daemonId === other.daemonId && one.engine === other.engine && one.hostName === other.hostName;
}
