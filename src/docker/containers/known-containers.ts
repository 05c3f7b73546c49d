import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../time.js';
import type { DaemonClient } from '../daemon-client.js';
import { explainFailure } from '../daemon-error.js';
import type { LogSeverity } from '../feed/daemon-feed.js';
import type { Missed, Origin } from '../incident.js';
import type { LineBatch } from '../line-batch.js';
import { containerChanges } from './container-changes.js';
import { type ListedContainer, listContainers } from './container-list.js';
import { missedChanges } from './missed-changes.js';
import { RunningContainers } from './running-containers.js';

/** Events travel on another connection than the answer: those from before it have arrived when none came for this long (ms). */
const QUIET = 100;

/** In a stream that is never quiet, this is long enough (ms). */
const LONGEST_WAIT = 2_000;

/** How many containers may change while the daemon answers; with more, its answer says nothing. */
const MAX_NEWER = 10_000;

/**
 * Which containers of a daemon run, by its events and by `GET /containers/json`; so that after a gap in the events it can be said
 * what must have happened in it. A daemon, or a proxy before it, that refuses the request is not asked again: then nothing is
 * known, and nothing is said.
 *
 * {@link observe} has to be called with the stream's events all the time, also while {@link begin} or {@link compare} wait for
 * the daemon: what an event says is newer than the answer.
 */
export class KnownContainers {
  readonly #client: DaemonClient;
  readonly #log: (severity: LogSeverity, text: string) => void;
  readonly #running = new RunningContainers();
  /** For each question that the daemon has not answered yet: the containers that events told of since it was asked. */
  readonly #newer = new Set<Set<string>>();
  /** When events last came, in the milliseconds of `performance.now()`. */
  #lastEvent = 0;
  #isRefused = false;
  /** The start of the first gap after which comparing failed. */
  #uncompared: bigint | undefined;

  constructor(client: DaemonClient, log: (severity: LogSeverity, text: string) => void) {
    this.#client = client;
    this.#log = log;
  }

  /** Takes note of events, in the order of the stream. */
  observe(batch: LineBatch): void {
    if (this.#isRefused) return;
    this.#lastEvent = performance.now();
    containerChanges(batch, (change) => {
      this.#running.apply(change, now());
      for (const newer of this.#newer) if (newer.size < MAX_NEWER) newer.add(change.id);
    });
  }

  /**
   * Asks what runs, once the events flow. To be called for a stream that begins anew; where one is resumed, {@link compare} finds
   * out what runs, and this would hide from it what happened before.
   *
   * @throws the signal's reason
   */
  async begin(origin: Origin, signal: AbortSignal): Promise<void> {
    if (!this.#running.isComplete) await this.#ask(origin, 'running', signal, () => {});
  }

  /**
   * What must have happened to containers in a gap, to be called once the events flow again; a death stands before the start that
   * followed it. What runs now is what is known from then on. Where the daemon does not answer, a later call compares for both gaps.
   *
   * @param from when the gap began by our clock, nanoseconds since the epoch
   * @throws the signal's reason
   */
  async compare(origin: Origin, from: bigint, signal: AbortSignal): Promise<Missed[]> {
    const since = this.#uncompared !== undefined && this.#uncompared < from ? this.#uncompared : from;
    this.#uncompared = since;
    let missed: Missed[] = [];
    await this.#ask(origin, 'all', signal, (listed, asked, isNewer) => {
      missed = missedChanges({ origin, since, asked, noticed: now() }, this.#running, listed, isNewer);
      this.#uncompared = undefined;
    });
    return missed;
  }

  /** @param use what to do with the answer before it becomes what is known; `asked` is when it was asked for */
  async #ask(
    { endpoint }: Origin,
    which: 'running' | 'all',
    signal: AbortSignal,
    use: (listed: readonly ListedContainer[], asked: bigint, isNewer: (id: string) => boolean) => void,
  ): Promise<void> {
    if (this.#isRefused) return;
    const newer = new Set<string>();
    this.#newer.add(newer);
    try {
      const asked = now();
      const listed = await listContainers(this.#client, which, signal);
      if (which === 'all') await this.#untilCaughtUp(signal);
      if (newer.size >= MAX_NEWER) throw new Error('too much changed meanwhile');
      const isNewer = (id: string) => newer.has(id);
      use(listed, asked, isNewer);
      this.#running.replace(listed, isNewer);
    } catch (error) {
      signal.throwIfAborted();
      this.#explain(endpoint, error);
    } finally {
      this.#newer.delete(newer);
    }
  }

  /** Waits for the events that happened before an answer that is here. */
  async #untilCaughtUp(signal: AbortSignal): Promise<void> {
    const answered = performance.now();
    const isQuiet = (at: number) => at - Math.max(this.#lastEvent, answered) >= QUIET;
    for (let at = answered; !isQuiet(at) && at - answered < LONGEST_WAIT; at = performance.now()) {
      await sleep(QUIET, undefined, { signal });
    }
  }

  #explain(endpoint: string, error: unknown): void {
    const { reason, curable } = explainFailure(error);
    const isAnswer = typeof error === 'object' && error !== null && 'statusCode' in error;
    if (!isAnswer || curable) {
      this.#log(
        'warning',
        `cannot see which containers run at ${endpoint}: ${reason}: asking again after the next gap`,
      );
      return;
    }
    this.#isRefused = true;
    this.#running.forget();
    this.#log(
      'info',
      `no "missed start" and "missed die" after gaps, for which GET /containers/json would have to be allowed at ${endpoint}: ${reason}`,
    );
  }
}
