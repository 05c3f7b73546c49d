import type { Database } from 'better-sqlite3';
import { CaptureDamage, explainCaptureError, explaining } from './capture-error.js';
import { ContextReader, knowsContexts } from './contexts.js';
import { keep } from './database.js';
import { openForReading } from './open-file.js';
import { type EventPage, pagesOf } from './pages.js';
import { type Range, rangeOf } from './range.js';
import { LARGEST_PAYLOAD } from './schema.js';
import type { Selection } from './selection.js';
import { countOf, sequenceIn } from './sequence.js';
import type { Gap, Session } from './session.js';
import { readGaps, readSessions } from './session-rows.js';
import { type CaptureStats, statsOf } from './stats.js';

export interface PageOptions {
  /** How many of the selected events to leave out at their start. */
  readonly skip?: number;
}

export interface LineOptions {
  /** Whether each event has its context spliced in, as `pages` gives it. */
  readonly withContext?: boolean;
}

const NEWLINE = 0x0a;

/** One event as the capture keeps it. */
export interface CapturedEvent {
  /** Its number in the capture. */
  readonly seq: number;
  readonly session: number;
  /** Nanoseconds since the epoch. */
  readonly ts: bigint;
  /** The daemon's line without its newline. */
  readonly payload: Buffer;
  /** What was found out of what it is about: a JSON object on one line. */
  readonly context?: Buffer;
}

/**
 * Reads a capture, also while it is being recorded: what is there when a method begins. Events come in the order in which
 * they arrived. All methods throw DocktapeError `CAPTURE` when the file turns out to be damaged.
 */
export class CaptureReader {
  /** The path as it was given. */
  readonly path: string;
  readonly #database: Database;

  private constructor(path: string) {
    this.path = path;
    this.#database = openForReading(path);
  }

  /** @throws DocktapeError `CAPTURE` when there is no such file, or it is no capture that this docktape can read */
  static open(path: string): CaptureReader {
    return new CaptureReader(path);
  }

  close(): void {
    this.#database.close();
  }

  sessions(): Session[] {
    return this.#explained(() => readSessions(this.#database, this.path));
  }

  gaps(): Gap[] {
    return this.#explained(() => readGaps(this.#database, this.path));
  }

  /** What the capture holds. Reads all of it. */
  stats(): CaptureStats {
    return this.#explained(() => statsOf(this.#database, this.path, (selection) => this.#range(selection)));
  }

  /** How many events are selected. Does not read them. */
  count(selection: Selection = {}): number {
    return this.#explained(() => countOf(this.#database, this.#range(selection)));
  }

  /** The number of the last selected event; `undefined` when none is selected. */
  lastSeq(selection: Selection = {}): number | undefined {
    const { first, last } = this.#explained(() => this.#range(selection));
    return last < first ? undefined : last;
  }

  /**
   * The selected events as blocks of lines `TS PAYLOAD\n`, TS in decimal nanoseconds and contexts spliced into payloads: the quickest
   * way to read many.
   */
  pages(selection: Selection = {}, { skip = 0 }: PageOptions = {}): Generator<EventPage> {
    return this.#explainedEach(() => {
      const range = this.#range(selection);
      return pagesOf(this.#database, this.path, this.#skipped(range, skip), { time: true, context: true });
    });
  }

  /** The selected events as blocks of lines `PAYLOAD\n`: the daemon's bytes, unless contexts are asked for. */
  lines(selection: Selection = {}, { withContext = false }: LineOptions = {}): Generator<EventPage> {
    const style = { time: false, context: withContext };
    return this.#explainedEach(() => pagesOf(this.#database, this.path, this.#range(selection), style));
  }

  /** The selected events one by one. */
  events(selection: Selection = {}): Generator<CapturedEvent> {
    return this.#explainedEach(() => this.#rows(this.#range(selection)));
  }

  /**
   * The function from an event's position in a replay of the selection (its `evt.num`, 1 for the first) to its `seq`, the
   * event number that alerts carry. It looks again when the capture has grown since.
   */
  sequenceOf(selection: Selection = {}): (position: number) => number {
    const look = () => this.#explained(() => sequenceIn(this.#database, this.#range(selection)));
    let sequence = look();
    return (position) => {
      if (position > sequence.count) sequence = look();
      return sequence.at(position);
    };
  }

  /** The selection with the number of the session that is the last one now, for who uses it more than once. */
  pinned(selection: Selection): Selection {
    const last = selection.session === 'last' ? this.sessions().at(-1)?.id : undefined;
    return last === undefined ? selection : { ...selection, session: last };
  }

  #range(selection: Selection): Range {
    return rangeOf(this.#database, this.path, selection);
  }

  #skipped(range: Range, skip: number): Range {
    if (skip === 0) return range;
    if (skip >= countOf(this.#database, range)) return { first: 1, last: 0 };
    return { ...range, first: sequenceIn(this.#database, range).at(skip + 1) };
  }

  *#rows({ first, last, filter }: Range): Generator<CapturedEvent> {
    const hasContexts = knowsContexts(this.#database);
    const contexts = hasContexts ? new ContextReader(this.#database, this.path) : undefined;
    const rows = keep(
      this.#database
        .prepare<unknown[], [bigint, bigint, unknown, Buffer | null, bigint | null]>(
          `SELECT seq, session, ts, CASE WHEN octet_length(payload) <= ${LARGEST_PAYLOAD} THEN CAST(payload AS BLOB) END,
             ${hasContexts ? 'context' : 'NULL'}
           FROM events NOT INDEXED WHERE seq BETWEEN ? AND ?${filter?.sql ?? ''} ORDER BY seq`,
        )
        .raw()
        .safeIntegers()
        .iterate(first, last, ...(filter?.values ?? [])),
    );
    for (const [number, session, ts, payload, id] of rows) {
      const seq = Number(number);
      if (payload === null) throw new CaptureDamage(this.path, 'it is larger than an event can be', seq);
      if (payload.includes(NEWLINE)) throw new CaptureDamage(this.path, 'its payload is not one line', seq);
      if (typeof ts !== 'bigint' || ts < 0n) throw new CaptureDamage(this.path, 'its time is no number from 0', seq);
      const context = id === null ? undefined : contexts?.get(id, seq);
      yield { seq, session: Number(session), ts, payload, ...(context ? { context } : {}) };
    }
  }

  #explained<T>(work: () => T): T {
    return explaining(this.path, work);
  }

  /** As {@link #explained} for what is thrown while it is read on; an unknown session is told on the first step. */
  *#explainedEach<T>(begin: () => Generator<T>): Generator<T> {
    try {
      yield* begin();
    } catch (error) {
      throw explainCaptureError(this.path, error);
    }
  }
}
