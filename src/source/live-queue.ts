import type { Inspection } from '../docker/enrichment/enrichment-options.js';
import type { LogSeverity } from '../docker/feed/daemon-feed.js';
import type { Incident, Origin } from '../docker/incident.js';
import { earliestTime, firstLines, type LineBatch } from '../docker/line-batch.js';
import { linesOf, ownEventOf } from '../docker/own-events.js';
import { StreamCounter } from '../docker/stream-figures.js';
import { now } from '../time.js';
import type { FrameOutput } from './frame-output.js';
import { FrameQueue } from './frame-queue.js';
import { FrameKind, frame, LogLevel } from './frames.js';
import type { SourceRequest } from './request.js';
import { StatsTimer } from './stats-timer.js';

/**
 * What docktape says itself may take this much more than the events: it is what tells that something is amiss. A daemon that
 * comes and goes for days while nobody reads would fill the memory with that, too.
 */
const OWN_BYTES = 1024 * 1024;

/**
 * Live events on their way to the plugin. The daemon's socket is always read, so when the plugin is slower than the daemon,
 * events wait here; when there is no room left the newest are dropped and counted, and a gap event says so in their place as
 * soon as half of the room is free again.
 */
export class LiveQueue {
  readonly #output: FrameOutput;
  readonly #limit: number;
  readonly #logLevel: number;
  readonly #origin: Origin;
  readonly #queue = new FrameQueue();
  readonly #counter = new StreamCounter();
  readonly #stats = new StatsTimer(() => {
    this.#areStatsDue = true;
    this.#send();
  });
  /** Figures do not wait behind events: they are sent as soon as the socket takes anything, as they are then. */
  #areStatsDue = false;
  #lastStats: string;
  #isSending = false;
  /** The events dropped since `from`, and not yet told. */
  #hole: { from: bigint; count: number } | undefined;
  #onFlushed: (() => void) | undefined;

  /** @param origin whose events they are; what is known of it may grow */
  constructor(output: FrameOutput, { queueBytes, logLevel }: SourceRequest, origin: Origin) {
    this.#output = output;
    this.#limit = queueBytes;
    this.#logLevel = logLevel;
    this.#origin = origin;
    this.#lastStats = this.#statsText();
  }

  /** Takes as many of the lines as there is room for, and drops the others. When nothing waits it takes all of them. */
  lines(batch: LineBatch): void {
    const taken = this.#hole ? 0 : this.#take(batch);
    // They happened before they came here, and not later when their clock is ahead of ours.
    if (taken < batch.count) this.#drop(batch.count - taken, earliestTime(batch.times.subarray(taken), now()));
    this.#send();
    this.#stats.changed();
  }

  /** Counts an incident, and takes the event that tells of it. */
  incident(incident: Incident): void {
    this.#tellHole();
    this.#add(incident);
    this.#send();
    this.#stats.now();
  }

  /** Counts a question about a container or an exec. */
  inspection(inspection: Inspection): void {
    this.#counter.inspection(inspection);
    this.#stats.changed();
  }

  /** Takes a line for Falco's log, unless it is not worth it or there is no room at all. */
  log(severity: LogSeverity, text: string): void {
    const level = LogLevel[severity];
    if (level > this.#logLevel || !this.#hasOwnRoom()) return;
    this.#queue.add(frame(FrameKind.log, text, level));
    this.#send();
  }

  /** Resolves when all is gone, with what is to say of dropped events. Nothing may be added any more, and nothing follows. */
  flush(): Promise<void> {
    this.#stats.now();
    this.#stats.stop();
    return new Promise((resolve) => {
      this.#onFlushed = resolve;
      this.#send();
    });
  }

  /** Returns how many lines it has taken. */
  #take(batch: LineBatch): number {
    const { bytes } = this.#queue;
    const taken = this.#queue.addLines(FrameKind.events, batch, bytes === 0 ? undefined : this.#limit - bytes);
    if (taken > 0) this.#counter.lines(firstLines(batch, taken));
    return taken;
  }

  #drop(count: number, from: bigint): void {
    this.#hole ??= { from, count: 0 };
    this.#hole.count += count;
    if (from < this.#hole.from) this.#hole.from = from;
  }

  #add(incident: Incident): void {
    this.#counter.incident(incident);
    const event = ownEventOf(incident);
    if (!event) return;
    // A gap that finds no room is a part of the one that will be told.
    if (this.#hole || !this.#hasOwnRoom()) this.#drop(1, incident.kind === 'gap' ? incident.from : event.time);
    else this.#queue.addLines(FrameKind.own, linesOf([event]));
  }

  #hasOwnRoom(): boolean {
    return this.#queue.bytes < this.#limit + OWN_BYTES;
  }

  #tellHole(): void {
    if (!this.#hole || !this.#hasOwnRoom()) return;
    const { from, count } = this.#hole;
    this.#hole = undefined;
    const reason = 'the reader was slower than the daemon';
    this.#add({ kind: 'drop', ...this.#origin, from, to: now(), reason, events: count });
    this.log(
      'warning',
      `dropped ${count} events: the reader is slower than the daemon (raise queue_bytes in init_config, now ${this.#limit})`,
    );
    this.#areStatsDue = true;
  }

  /** Sends what there is, one block after another, until the socket takes no more at once. */
  #send(): void {
    while (!this.#isSending) {
      const frames = this.#dueStats() ?? this.#queue.lend();
      if (!frames) break;
      this.#isSending = true;
      const isGone = this.#output.send(frames, () => {
        this.#gone();
        this.#send();
        this.#stats.changed();
      });
      if (isGone) this.#gone();
    }
    if (this.#queue.bytes === 0) this.#onFlushed?.();
  }

  #gone(): void {
    this.#queue.takeBack();
    this.#isSending = false;
    if (this.#queue.bytes <= this.#limit / 2) this.#tellHole();
  }

  #dueStats(): Buffer | undefined {
    if (!this.#areStatsDue) return undefined;
    this.#areStatsDue = false;
    const stats = this.#statsText();
    if (stats === this.#lastStats) return undefined;
    this.#lastStats = stats;
    return this.#output.stats(stats);
  }

  #statsText(): string {
    const { dropped, reconnects, retries, gapsCertain, gapsPossible, lagMs } = this.#counter.figures;
    const { inspects, inspectsFailed, inspectsLate } = this.#counter.figures;
    return JSON.stringify({
      queueBytes: this.#queue.bytes,
      dropped: dropped + (this.#hole?.count ?? 0),
      reconnects,
      retries,
      gapsCertain,
      gapsPossible,
      lagMs,
      inspects,
      inspectsFailed,
      inspectsLate,
    });
  }
}
