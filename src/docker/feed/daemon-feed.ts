import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now, unixSeconds } from '../../time.js';
import { KnownContainers } from '../containers/known-containers.js';
import { DaemonClient } from '../daemon-client.js';
import { type DaemonFailure, explainFailure } from '../daemon-error.js';
import { type DaemonInfo, identify } from '../daemon-info.js';
import type { Endpoint } from '../endpoint.js';
import { EnrichingSink } from '../enrichment/enriching-sink.js';
import type { EnrichmentOptions } from '../enrichment/enrichment-options.js';
import { Backoff } from './backoff.js';
import { Connection, type FeedParts } from './connection.js';
import type { StreamEnd } from './event-stream.js';
import type { FeedOptions, FeedSink } from './feed-options.js';
import { FeedReport } from './feed-report.js';
import { DOCKER_RING } from './resumption.js';
import { StreamHistory } from './stream-history.js';

export type { FeedOptions, FeedSink, LogSeverity, Resume } from './feed-options.js';

/** The daemon's clock decides when `until` is reached; it may be a little ahead of ours. */
const CLOCK_SKEW = 5_000_000_000n;

/** Podman remembers everything: it is asked again for the last of what came, in nanoseconds. */
const PODMAN_OVERLAP = 10_000_000_000n;

/** Milliseconds until a daemon must have begun to answer. */
const ANSWER_TIMEOUT = 5_000;

/** How one try to follow a daemon went: its stream was lost, there was none and why, or there is nothing more to do. */
type Outcome = 'lost' | DaemonFailure | 'over';

/**
 * Follows a daemon's event stream over every loss of the connection, until `until`, {@link stop}, or a failure. What the daemon
 * still remembers is handed on once; where it may have forgotten something, a gap says so. Used by the recorder and by
 * the live source alike.
 */
export class DaemonFeed {
  readonly #endpoint: Endpoint;
  readonly #parts: FeedParts;
  readonly #enriching: EnrichingSink | undefined;
  readonly #stopping = new AbortController();
  #daemon: DaemonInfo | undefined;
  #hasTried = false;
  /** Whether events have flowed. */
  #hadStream = false;
  #connection: Connection | undefined;

  constructor(endpoint: Endpoint, options: FeedOptions, sink: FeedSink) {
    const { enrich, answerTimeout = ANSWER_TIMEOUT } = options;
    const client = new DaemonClient(endpoint, answerTimeout);
    this.#enriching = enrich && enriching(endpoint, answerTimeout, enrich, sink);
    const output = this.#enriching ?? sink;
    const log: FeedSink['log'] = (severity, text) => output.log(severity, text);
    this.#endpoint = endpoint;
    this.#parts = {
      client,
      options,
      sink: output,
      report: new FeedReport(endpoint, output),
      history: new StreamHistory(options, now()),
      backoff: new Backoff(),
      containers: options.containers ? new KnownContainers(client, log) : undefined,
      stopping: this.#stopping.signal,
    };
  }

  /** Begins; everything else is told to the sink. */
  start(): void {
    this.#run().catch((error) => {
      if (!this.#stopping.signal.aborted) throw error;
    });
  }

  /** Ends at once: the sink gets what waits for its context, as it is; no call to it follows, and no socket or timer is left. */
  stop(): void {
    this.#enriching?.stop();
    this.#stopping.abort();
    this.#connection?.stop();
  }

  async #run(): Promise<void> {
    const { report, backoff, stopping } = this.#parts;
    for (;;) {
      const outcome = await this.#try();
      if (outcome === 'over') return;
      const wait = Math.round(backoff.next());
      if (outcome !== 'lost') report.retry(outcome, wait);
      await sleep(wait, undefined, { signal: stopping });
    }
  }

  /** One try: connects, and follows the stream to its end. */
  async #try(): Promise<Outcome> {
    const { client, options, report, stopping } = this.#parts;
    const isFirst = !this.#hasTried;
    this.#hasTried = true;
    const isResumed = !isFirst || options.resume !== undefined || options.since !== undefined;
    let response: IncomingMessage;
    try {
      // Before a stream there is nothing to miss. Later on the daemon is asked beside it who it is.
      this.#daemon ??= await identify(client, this.#endpoint, stopping);
      response = await client.events(this.#query(isResumed), stopping);
    } catch (error) {
      stopping.throwIfAborted();
      const failure = explainFailure(error);
      // A daemon that is starting denies its socket for a moment: only the very first try can tell a lasting refusal.
      if (options.onAbsent === 'retry' && (!isFirst || failure.curable)) return failure;
      report.unreachable(failure, error);
      return 'over';
    }
    if (stopping.aborted) response.destroy();
    stopping.throwIfAborted();
    return this.#follow(response, isResumed, this.#daemon);
  }

  /** Which events to ask for. Those since a time would not be all: Docker stops looking at the first one that is older. */
  #query(isResumed: boolean): Record<string, string> {
    const { until } = this.#parts.options;
    return {
      ...(isResumed ? { since: this.#since } : {}),
      ...(until !== undefined ? { until: unixSeconds(until) } : {}),
    };
  }

  get #since(): string {
    const since = this.#parts.history.sureUntil - PODMAN_OVERLAP;
    return this.#isPodman && since > 0n ? unixSeconds(since) : '0';
  }

  get #isPodman(): boolean {
    return this.#daemon?.engine?.startsWith('Podman') ?? false;
  }

  async #follow(response: IncomingMessage, isResumed: boolean, known: DaemonInfo): Promise<Outcome> {
    const { report, sink } = this.#parts;
    const isReconnect = this.#hadStream;
    this.#hadStream = true;
    const connection = new Connection(response, this.#parts, {
      isResumed,
      since: () => this.#since,
      capacity: this.#isPodman ? Number.POSITIVE_INFINITY : DOCKER_RING,
      onBegun: () => {
        if (isReconnect) report.back(this.#daemon ?? known);
      },
    });
    this.#connection = connection;
    if (isReconnect) this.#identifyAgain(known, connection.ended);
    else report.connected(known);
    const { end, isInVain } = await connection.read((ended) => this.#isLast(ended));
    if (isInVain && isReconnect) return { reason: end.reason, fix: 'see whether the daemon runs', curable: true };
    if (!this.#isLast(end)) return this.#lose(end);
    sink.ended();
    return 'over';
  }

  /** It may be another daemon by now, or a newer one. */
  #identifyAgain(known: DaemonInfo, signal: AbortSignal): void {
    const { client, report } = this.#parts;
    this.#enriching?.identifying();
    identify(client, this.#endpoint, signal).then(
      (daemon) => {
        if (signal.aborted) return;
        const identified = againIdentified(known, daemon);
        this.#daemon = identified;
        report.identified(identified);
        this.#enriching?.identified(identified);
      },
      (error) => {
        if (signal.aborted) return;
        this.#enriching?.identified(known);
        report.log('debug', `cannot ask the daemon who it is: ${explainFailure(error).reason}`);
      },
    );
  }

  #isLast(end: StreamEnd): boolean {
    const { until } = this.#parts.options;
    return end.clean && until !== undefined && now() >= until - CLOCK_SKEW;
  }

  #lose({ reason, partial }: StreamEnd): Outcome {
    const { options, report, history } = this.#parts;
    if (options.onAbsent === 'fail') {
      report.lostForGood(reason);
      return 'over';
    }
    history.lost(reason, partial);
    report.lost(reason, now());
    return 'lost';
  }
}

/** The same daemon without its ID is one that was too busy to tell it; it may be too busy to tell something else as well. */
function againIdentified(known: DaemonInfo, daemon: DaemonInfo): DaemonInfo {
  if (daemon.daemonId === undefined && known.daemonId !== undefined) return known;
  return daemon.daemonId === known.daemonId ? { ...known, ...daemon } : daemon;
}

/** A question is not given up before the last event that waits for its answer. */
function enriching(
  endpoint: Endpoint,
  answerTimeout: number,
  options: EnrichmentOptions,
  sink: FeedSink,
): EnrichingSink {
  const client = new DaemonClient(endpoint, Math.max(answerTimeout, options.timeout));
  return new EnrichingSink(sink, { client, endpoint: endpoint.name }, options);
}
