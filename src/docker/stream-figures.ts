import { now } from '../time.js';
import type { Inspection } from './enrichment/enrichment-options.js';
import type { Incident } from './incident.js';
import type { LineBatch } from './line-batch.js';

/** What is counted of a stream. */
export interface StreamFigures {
  /** Events of the daemon that were handed on, and the bytes of their lines. */
  readonly events: number;
  readonly bytes: number;
  readonly reconnects: number;
  /** Tries in vain to reach the daemon. */
  readonly retries: number;
  readonly gapsCertain: number;
  readonly gapsPossible: number;
  /** Events for which a full queue had no room. */
  readonly dropped: number;
  /** Milliseconds from the time in the newest event to when it was here; 0 before the first one. */
  readonly lagMs: number;
  /** Questions that were asked about containers and execs, and those of them without a usable answer. */
  readonly inspects: number;
  readonly inspectsFailed: number;
  /** Events that went on without an answer that was still awaited. */
  readonly inspectsLate: number;
}

/** Counts a stream. */
export class StreamCounter {
  #events = 0;
  #bytes = 0;
  #reconnects = 0;
  #retries = 0;
  #gapsCertain = 0;
  #gapsPossible = 0;
  #dropped = 0;
  #lagMs = 0;
  readonly #inspections: Record<Inspection, number> = { asked: 0, failed: 0, late: 0 };

  get figures(): StreamFigures {
    return {
      events: this.#events,
      bytes: this.#bytes,
      reconnects: this.#reconnects,
      retries: this.#retries,
      gapsCertain: this.#gapsCertain,
      gapsPossible: this.#gapsPossible,
      dropped: this.#dropped,
      lagMs: this.#lagMs,
      inspects: this.#inspections.asked,
      inspectsFailed: this.#inspections.failed,
      inspectsLate: this.#inspections.late,
    };
  }

  /** Events that were handed on. */
  lines({ lines, times, count }: LineBatch): void {
    this.#events += count;
    this.#bytes += lines.length;
    const newest = times[count - 1];
    if (newest !== undefined) this.#lagMs = Math.max(0, Number((now() - newest) / 1_000_000n));
  }

  inspection(inspection: Inspection): void {
    this.#inspections[inspection] += 1;
  }

  incident(incident: Incident): void {
    switch (incident.kind) {
      case 'back':
        this.#reconnects += 1;
        break;
      case 'retry':
        this.#retries += 1;
        break;
      case 'gap':
        if (incident.loss === 'certain') this.#gapsCertain += 1;
        else this.#gapsPossible += 1;
        break;
      case 'drop':
        this.#gapsCertain += 1;
        this.#dropped += incident.events;
        break;
      case 'lost':
      case 'missed':
        break;
    }
  }
}
