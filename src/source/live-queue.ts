import type { Incident, Origin } from '../docker/incident.js';
import type { LineBatch } from '../docker/line-batch.js';
import { linesOf, ownEventOf } from '../docker/own-events.js';
import { now } from '../time.js';
import type { FrameOutput } from './frame-output.js';
import { eventsFrame, longestFrame } from './frames.js';

/** How often the queue's length is told while there is one. */
const STATS_INTERVAL_MS = 1_000;

/** Enough for the frame that a read of the daemon's socket makes: it brings 64 KiB at most, and a time for each line is added. */
const FRAME_BYTES = 128 * 1024;

/**
 * Live events on their way to the plugin. The daemon's socket is always read, so when the plugin is slower than the daemon,
 * events wait here; when there is no room left the newest are dropped and counted, and a gap event says so in their place as
 * soon as half of the room is free again.
 */
export class LiveQueue {
  readonly #output: FrameOutput;
  readonly #limit: number;
  readonly #origin: Origin;
  /** Frames are made here as long as each is gone before the next one: new memory for each would be garbage at once. */
  #memory = Buffer.allocUnsafeSlow(FRAME_BYTES);
  #dropped = 0;
  /** The events dropped since `from`, and not yet told. */
  #hole: { from: bigint; count: number } | undefined;
  #told = { queueBytes: 0, dropped: 0, at: 0 };

  /** @param limit the most bytes that wait */
  constructor(output: FrameOutput, limit: number, origin: Origin) {
    this.#output = output;
    this.#limit = limit;
    this.#origin = origin;
    output.onDrained(() => {
      this.#tellHole();
      if (this.#told.queueBytes > 0) this.#tellStats();
    });
  }

  /** Sends the lines, or drops them when there is no room. An empty queue takes a batch of any size. */
  push(batch: LineBatch): void {
    if (this.#hole && this.#output.queued <= this.#limit / 2) this.#tellHole();
    const { queued } = this.#output;
    if (this.#hole || (queued > 0 && queued + longestFrame(batch) > this.#limit)) {
      this.#hole ??= { from: now(), count: 0 };
      this.#hole.count += batch.count;
      this.#dropped += batch.count;
      return;
    }
    this.#send(batch);
    if (this.#output.queued > 0 && Date.now() - this.#told.at >= STATS_INTERVAL_MS) this.#tellStats();
  }

  /** Sends the event that tells of an incident. It is small and there are few, so it is never dropped. */
  incident(incident: Incident): void {
    this.#tellHole();
    const event = ownEventOf(incident);
    if (event) this.#send(linesOf([event]));
  }

  #send(batch: LineBatch): void {
    const bytes = eventsFrame(batch, this.#memory);
    this.#output.events(bytes);
    const isGone = this.#output.queued === 0;
    if (!isGone && bytes.buffer === this.#memory.buffer) this.#memory = Buffer.allocUnsafeSlow(FRAME_BYTES);
  }

  #tellHole(): void {
    if (!this.#hole) return;
    const { from, count } = this.#hole;
    this.#hole = undefined;
    const reason = 'the reader was slower than the daemon';
    this.incident({ kind: 'drop', ...this.#origin, from, to: now(), reason, events: count });
    this.#output.log(
      'warning',
      `dropped ${count} events: the reader is slower than the daemon (raise queue_bytes in init_config, now ${this.#limit})`,
    );
    this.#tellStats();
  }

  #tellStats(): void {
    const figures = { queueBytes: this.#output.queued, dropped: this.#dropped };
    this.#output.stats(figures);
    this.#told = { ...figures, at: Date.now() };
  }
}
