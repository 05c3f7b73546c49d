import type { LineBatch } from '../line-batch.js';
import { type DaemonClock, onDaemonClock } from './daemon-clock.js';
import type { FeedOptions } from './feed-options.js';
import { RecentLines } from './recent-lines.js';
import { type Before, DOCKER_RING } from './resumption.js';

/** How far the times of events that follow each other can run against their order, in nanoseconds. */
const DISORDER = 1_000_000_000n;

/** The stretch for which a gap would stand: since when it is not sure that nothing is missing, and why. */
export interface Stretch {
  /** Nanoseconds since the epoch. */
  readonly from: bigint;
  readonly reason: string;
}

/**
 * What is known of a feed's stream over all its connections. Times are by our clock where nothing else is said, nanoseconds since
 * the epoch.
 */
export class StreamHistory {
  readonly #recent: RecentLines;
  readonly #since: bigint | undefined;
  readonly #resumeReason: string | undefined;
  /** From when on events are wanted. */
  #wantedFrom: bigint;
  /** Whether there was a stream: in this feed, or in the one that is resumed. */
  #hadStream: boolean;
  /** The time of the last event. */
  #newest = 0n;
  /** When it was last seen that nothing is missing, or said that something is. */
  #checked: bigint;
  /** There while it is not clear whether something is missing before the last events. */
  #doubt: { readonly from: bigint; lines: number } | undefined;
  #lost: { readonly reason: string; readonly partial: Buffer | undefined } | undefined;
  /** By how much the daemon's clock is ahead of ours. */
  #ahead = 0n;

  /** @param start when the feed began */
  constructor({ since, resume }: Pick<FeedOptions, 'since' | 'resume'>, start: bigint) {
    this.#recent = new RecentLines(resume?.delivered);
    this.#since = resume ? undefined : since;
    this.#resumeReason = resume?.reason;
    this.#wantedFrom = resume?.wantedFrom ?? since ?? start;
    this.#hadStream = resume !== undefined;
    this.#checked = resume?.endedAt ?? this.#wantedFrom;
  }

  /** Until when nothing is missing, as far as is known. */
  get sureUntil(): bigint {
    if (this.#doubt) return this.#doubt.from;
    const seen = this.#newest - DISORDER;
    return seen > this.#checked ? seen : this.#checked;
  }

  /** What a gap would say that stands before the next connection's events. */
  get stretch(): Stretch {
    const reason =
      this.#lost?.reason ?? this.#resumeReason ?? `the daemon remembers its last ${DOCKER_RING} events only`;
    return { from: this.sureUntil, reason };
  }

  /** The beginning of the line in which the last connection broke off. */
  get partial(): Buffer | undefined {
    return this.#lost?.partial;
  }

  /** The stream begins, with what happens from now on. */
  beginsLive(now: bigint): void {
    this.#wantedFrom = now;
    this.#checked = now;
  }

  /** A connection is there, over which events come from a daemon's clock. */
  connected({ ahead }: DaemonClock): void {
    this.#hadStream = true;
    this.#ahead = ahead;
  }

  /** Notes events that are delivered. */
  add(batch: LineBatch): void {
    this.#recent.add(batch);
    this.#newest = (batch.times[batch.count - 1] ?? 0n) - this.#ahead;
    if (this.#doubt) this.#doubt.lines += batch.count;
  }

  /** What is delivered from now on is not sure to follow what was delivered until now. */
  doubt(): void {
    this.#doubt ??= { from: this.sureUntil, lines: 0 };
  }

  /** A doubt is over: nothing is missing, or it was said that something is. */
  settle(): void {
    this.#doubt = undefined;
  }

  /** Nothing was missing at `time`, or it was said that something is; what is in doubt stays so. */
  check(time: bigint): void {
    if (time > this.#checked) this.#checked = time;
  }

  lost(reason: string, partial: Buffer | undefined): void {
    this.#lost = { reason, partial };
  }

  /** What to compare a daemon's memory with. */
  before(clock: DaemonClock, capacity: number): Before {
    const delivered = this.#recent.keys();
    return {
      delivered,
      sure: Math.max(0, delivered.length - (this.#doubt?.lines ?? 0)),
      // What somebody has asked for by its time is compared with the times of events as they are.
      wantedFrom: this.#since ?? onDaemonClock(this.#wantedFrom, clock),
      hadStream: this.#hadStream,
      answered: clock.answered,
      capacity,
    };
  }
}
