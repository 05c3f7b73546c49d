import type { CaptureWriter } from '../capture/writer.js';
import { StreamCounter } from '../docker/stream-figures.js';
import type { Recorder } from './recorder.js';

/** What a recording has done so far; it can be asked before there is a daemon, too. */
export class RecordingFigures {
  /** Of the daemon's stream. */
  readonly counter = new StreamCounter();
  #recorder: Recorder | undefined;
  #writer: CaptureWriter | undefined;

  /** There is a capture now. */
  started(recorder: Recorder, writer: CaptureWriter): void {
    this.#recorder = recorder;
    this.#writer = writer;
  }

  /** Whether there is a capture by now. */
  get hasStarted(): boolean {
    return this.#writer !== undefined;
  }

  /** How many events are committed, docktape's own among them, and the bytes of their lines. */
  get committed(): { readonly events: number; readonly bytes: number } {
    const { committed = 0, bytes = 0, queuedBytes = 0 } = this.#writer?.figures ?? {};
    return { events: committed, bytes: bytes - queuedBytes };
  }

  /** The last line that was recorded, without its newline. */
  get last(): Buffer | undefined {
    return this.#recorder?.last;
  }

  /** Why the capture cannot be written at present, when it is waited for. */
  get problem(): string | undefined {
    return this.#writer?.figures.problem;
  }

  /** Each figure by its name; `events` and `bytes` are what the capture was given, docktape's own events among them. */
  get metrics(): Readonly<Record<string, number>> {
    const { events = 0, bytes = 0, queuedBytes = 0 } = this.#writer?.figures ?? {};
    const { reconnects, retries, gapsCertain, gapsPossible, dropped, lagMs } = this.counter.figures;
    const { inspects, inspectsFailed, inspectsLate } = this.counter.figures;
    return {
      events,
      bytes,
      committed: this.committed.events,
      reconnects,
      retries,
      gaps_certain: gapsCertain,
      gaps_possible: gapsPossible,
      dropped: dropped + (this.#recorder?.dropped ?? 0),
      queue_bytes: queuedBytes,
      lag_ms: lagMs,
      inspects,
      inspects_failed: inspectsFailed,
      inspects_late: inspectsLate,
    };
  }
}
