import type { CaptureWriter } from '../capture/writer.js';
import type { DaemonInfo } from '../docker/daemon-info.js';
import type { Incident } from '../docker/incident.js';
import { earliestTime, firstLines, type LineBatch, lastLine } from '../docker/line-batch.js';
import { linesOf, ownEventOf } from '../docker/own-events.js';
import type { StreamCounter } from '../docker/stream-figures.js';
import { now } from '../time.js';

/** Bytes of lines that may wait for the disk. Past it, the newest are dropped and a gap says how many. */
const QUEUE_BYTES = 256 * 1024 * 1024;

export interface RecorderOptions {
  /** The daemon's address. */
  readonly endpoint: string;
  /** Which of the daemon's lines are recorded. */
  readonly filter?: (batch: LineBatch) => LineBatch;
  /** How many events of the daemon are recorded at most. */
  readonly limit?: number;
  /** Called when the limit is reached. */
  readonly onFull?: () => void;
  /** Bytes of lines that may wait for the disk; 256 MiB when left out. */
  readonly queueBytes?: number;
  /** Counts what is recorded and what is dropped. */
  readonly counter: StreamCounter;
}

/**
 * Puts a daemon's events into a session of a capture. It never makes the daemon wait: when the disk is slower than the
 * daemon, lines queue up to a bound, and what does not fit is counted and recorded as a gap, in its place.
 *
 * docktape's own events say what was seen and what was not, so no filter or limit leaves them out.
 */
export class Recorder {
  /** The daemon's events that were recorded. */
  events = 0;
  /** The last recorded line, without its newline. */
  last: Buffer | undefined;
  readonly #writer: CaptureWriter;
  readonly #options: RecorderOptions;
  #daemonId = '';
  #dropped: { from: bigint; readonly reason: string; count: number } | undefined;

  constructor(writer: CaptureWriter, options: RecorderOptions) {
    this.#writer = writer;
    this.#options = options;
  }

  /** Events that were dropped, and are not recorded as a gap yet. */
  get dropped(): number {
    return this.#dropped?.count ?? 0;
  }

  /** Notes which daemon the events come from. */
  connected({ endpoint, engine, apiVersion, daemonId }: DaemonInfo): void {
    this.#daemonId = daemonId ?? '';
    this.#writer.daemon({
      endpoint,
      ...(daemonId === undefined ? {} : { daemonId }),
      ...(engine === undefined ? {} : { engineVersion: engine }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
    });
  }

  /** Records lines of the daemon. */
  lines(batch: LineBatch): void {
    const { filter, limit = Number.POSITIVE_INFINITY, onFull } = this.#options;
    const wanted = firstLines(filter ? filter(batch) : batch, limit - this.events);
    if (wanted.count === 0) return;
    if (this.#isFull()) {
      const { problem } = this.#writer.figures;
      const reason = problem === undefined ? 'the disk was slower than the daemon' : 'the capture could not be written';
      this.#dropped ??= { from: now(), reason, count: 0 };
      this.#dropped.count += wanted.count;
      // They happened before they came here, by a minute when a lost connection was resumed.
      this.#dropped.from = earliestTime(wanted.times, this.#dropped.from);
      return;
    }
    this.tellDropped();
    this.#options.counter.lines(wanted);
    this.#write(wanted);
    this.events += wanted.count;
    if (this.events >= limit) onFull?.();
  }

  /** Records the event that tells of an incident in its place; a gap is noted in the capture's table of gaps too. */
  incident(incident: Incident): void {
    this.tellDropped();
    if (incident.kind === 'gap' || incident.kind === 'drop') {
      const { from, to, reason } = incident;
      this.#writer.gap({ from, to, reason, certain: incident.kind === 'drop' || incident.loss === 'certain' });
    }
    const event = ownEventOf(incident);
    if (event) this.#write(linesOf([event]));
  }

  /** Records the gap for what was dropped, if anything was. To be called before the end as well. */
  tellDropped(): void {
    if (!this.#dropped) return;
    const { from, reason, count } = this.#dropped;
    this.#dropped = undefined;
    const origin = { endpoint: this.#options.endpoint, daemonId: this.#daemonId };
    const drop: Incident = { kind: 'drop', ...origin, from, to: now(), reason, events: count };
    this.#options.counter.incident(drop);
    this.incident(drop);
  }

  #isFull(): boolean {
    const { queuedBytes } = this.#writer.figures;
    const { queueBytes = QUEUE_BYTES } = this.#options;
    // Once something was dropped, half of the room must be free again, so that not every other line is a gap.
    return queuedBytes > (this.#dropped ? queueBytes / 2 : queueBytes);
  }

  #write(batch: LineBatch): void {
    // The writer takes the batch's memory with it.
    this.last = Buffer.from(lastLine(batch) ?? '');
    this.#writer.write(batch);
  }
}
