import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../time.js';
import type { KnownContainers } from '../containers/known-containers.js';
import type { DaemonClient } from '../daemon-client.js';
import { explainFailure } from '../daemon-error.js';
import type { LineBatch } from '../line-batch.js';
import type { Backoff } from './backoff.js';
import { type DaemonClock, daemonClock } from './daemon-clock.js';
import { readEvents, type StreamEnd } from './event-stream.js';
import type { FeedOptions, FeedSink } from './feed-options.js';
import type { FeedReport } from './feed-report.js';
import { Intake } from './intake.js';
import { findUndelivered } from './ring-check.js';
import { untilLost } from './silence.js';
import type { StreamHistory } from './stream-history.js';

/** A stream that lasted this long was sound, so the next wait is a short one. */
const SOUND_MS = 1_000;

/** The daemon's clock can be off by so much, unnoticed: what seems to be of the first moments may be from before (nanoseconds). */
const CLOCK_DOUBT = 2_000_000_000n;

/** Milliseconds for which an event that the daemon remembers may be on its way. */
const ON_ITS_WAY_MS = 3_000;

/** Milliseconds without a byte until the daemon is asked whether it is still there. */
const SILENCE_MS = 10_000;

/** What the connections of a feed have in common. */
export interface FeedParts {
  readonly client: DaemonClient;
  readonly options: FeedOptions;
  readonly sink: FeedSink;
  readonly report: FeedReport;
  readonly history: StreamHistory;
  readonly backoff: Backoff;
  readonly containers: KnownContainers | undefined;
  readonly stopping: AbortSignal;
}

/** What is to be known of one connection. */
export interface ConnectionOptions {
  /** Whether the daemon was asked for all that it remembers; else the stream begins now. */
  readonly isResumed: boolean;
  /** How the daemon was asked for all that it remembers, or would be. */
  readonly since: () => string;
  /** How many events the daemon remembers. */
  readonly capacity: number;
  /** Called when the connection proves good, before its first event. */
  readonly onBegun: () => void;
}

/** One connection to a daemon's events, from its headers to its end. */
export class Connection {
  readonly #response: IncomingMessage;
  readonly #parts: FeedParts;
  readonly #options: ConnectionOptions;
  readonly #opened = now();
  readonly #clock: DaemonClock;
  /** The beginning of a resumed stream. */
  readonly #intake: Intake | undefined;
  readonly #ended = new AbortController();

  constructor(response: IncomingMessage, parts: FeedParts, options: ConnectionOptions) {
    this.#response = response;
    this.#options = options;
    this.#parts = parts;
    this.#clock = daemonClock(response.headers.date, this.#opened);
    if (options.isResumed) this.#intake = this.#newIntake();
  }

  /** Aborted when the connection has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Reads to the end.
   *
   * @param isLast whether nothing is to follow such an end
   * @returns how it ended, and whether it was made in vain: nothing is known that was not known before
   */
  async read(isLast: (end: StreamEnd) => boolean): Promise<{ end: StreamEnd; isInVain: boolean }> {
    const { history, backoff, stopping } = this.#parts;
    history.connected(this.#clock);
    if (!this.#intake) {
      history.beginsLive(this.#opened);
      this.#options.onBegun();
      this.#knowContainers();
    }
    const began = performance.now();
    this.#watch();
    const end = await readEvents(this.#response, (batch) => {
      if (stopping.aborted) return;
      if (this.#intake) this.#intake.take(batch);
      else this.#deliver(this.#redact(batch));
    });
    this.#ended.abort();
    stopping.throwIfAborted();
    if (performance.now() - began >= SOUND_MS) backoff.reset();
    const isPartialNew = this.#intake?.isPastRing ?? true;
    const isInVain = this.#intake?.end(end.clean, isLast(end)) === false;
    const { partial, ...rest } = end;
    return { end: partial && isPartialNew ? end : rest, isInVain };
  }

  /** Ends at once, without another word. */
  stop(): void {
    this.#ended.abort();
    this.#intake?.stop();
    this.#response.destroy();
  }

  #newIntake(): Intake {
    const { history, report, containers, stopping } = this.#parts;
    return new Intake(history, this.#clock, this.#options.capacity, (batch) => this.#redact(batch), {
      begun: () => this.#options.onBegun(),
      gap: (stretch, loss) => {
        const { from, to } = report.gap(stretch, loss);
        containers
          ?.compare(report.origin, from, stopping)
          .then((missed) => {
            if (!stopping.aborted) report.missed(missed);
          })
          .catch(unlessAborted(stopping));
        return to;
      },
      complete: () => this.#knowContainers(),
      lines: (batch) => this.#deliver(batch),
    });
  }

  #knowContainers(): void {
    const { report, containers, stopping } = this.#parts;
    containers?.begin(report.origin, stopping).catch(unlessAborted(stopping));
  }

  #deliver(batch: LineBatch): void {
    const { history, backoff, containers, sink } = this.#parts;
    backoff.reset();
    history.add(batch);
    containers?.observe(batch);
    // Last, since the sink takes the batch's memory.
    sink.lines(batch);
  }

  #redact(batch: LineBatch): LineBatch {
    return this.#parts.options.redact?.(batch) ?? batch;
  }

  /** Cuts the connection when it has become useless, though nothing says so. */
  #watch(): void {
    const { client, options } = this.#parts;
    const { signal } = this.#ended;
    untilLost(
      this.#response,
      {
        after: options.silence ?? SILENCE_MS,
        ping: () => client.get('/_ping', signal),
        isStalled: () => this.#isStalled(),
      },
      signal,
    )
      .then((reason) => this.#response.destroy(new Error(reason)))
      .catch(unlessAborted(signal));
  }

  /** Whether the daemon has events that should have come by now, as when something in between holds them back. */
  async #isStalled(): Promise<boolean> {
    const { client, history, report } = this.#parts;
    const { isResumed, since, capacity } = this.#options;
    const { signal } = this.#ended;
    const asked = now();
    try {
      const missing = await findUndelivered(
        client,
        {
          since: since(),
          until: asked + this.#clock.ahead,
          from: isResumed ? 0n : this.#clock.answered + CLOCK_DOUBT,
          before: () => history.before(this.#clock, capacity),
          redact: (batch) => this.#redact(batch),
        },
        signal,
      );
      if (missing === 'none') history.check(asked - BigInt(ON_ITS_WAY_MS) * 1_000_000n);
      // A busy daemon remembers the last moments only, so there may be none but young events. They have this long to come.
      if (missing === 'some') await sleep(ON_ITS_WAY_MS, undefined, { signal });
      return missing === 'some';
    } catch (error) {
      signal.throwIfAborted();
      report.log('debug', `cannot see what the daemon remembers: ${explainFailure(error).reason}`);
      return false;
    }
  }
}

/** Passes on an error, except when it is that somebody has stopped the work. */
function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
