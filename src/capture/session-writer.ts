import { now } from '../time.js';
import { explainCaptureError, explaining } from './capture-error.js';
import { CaptureFile } from './capture-file.js';
import { EventInserter } from './event-inserter.js';
import type { GapInfo, SessionDaemon, SessionInfo } from './session.js';
import { upgradeFormat } from './upgrade-format.js';
import { docktapeVersion } from './version.js';

/** Events of a transaction: what a crash of the machine may cost, along with the writer's 100 ms. */
const COMMIT_EVENTS = 1_000;

/** How a session ends. */
export interface SessionEnd {
  /** False when something went wrong that the reader of the capture should know of. True when left out. */
  readonly clean?: boolean;
  /** See {@link Session}; a newline when left out. */
  readonly tail?: string;
}

/** What a session has brought into its capture. */
export interface SessionSummary {
  readonly session: number;
  readonly events: number;
  /** Bytes of the lines, newlines included. */
  readonly bytes: number;
  readonly gaps: number;
  /** Whether the capture was made for this session. */
  readonly isNew: boolean;
  /** Readers have the capture open, so SQLite's side files stay beside it until the next writer closes it. */
  readonly hasSideFiles: boolean;
}

/** Writes one session into a capture, synchronously: the part of the writer that runs in its thread. */
export class SessionWriter {
  readonly session: number;
  readonly #path: string;
  readonly #file: CaptureFile;
  readonly #isAtomic: boolean;
  #hasCommitted = false;
  readonly #inserter: EventInserter;
  #pending = 0;
  #lastSeq: number;
  #events = 0;
  #bytes = 0;
  #gaps = 0;

  /**
   * Opens the capture, which is created when it does not exist, and begins the session.
   *
   * @param isAtomic nothing is committed before {@link finish}, so that {@link abort} leaves no trace
   * @throws DocktapeError `CAPTURE`, as all methods do
   */
  constructor(path: string, info: SessionInfo, isAtomic: boolean) {
    this.#path = path;
    this.#isAtomic = isAtomic;
    this.#file = CaptureFile.open(path);
    try {
      this.#begin();
      upgradeFormat(this.#file.database);
      this.session = this.#insertSession(info);
      this.#inserter = new EventInserter(this.#file.database, this.session);
      this.#lastSeq = Number(this.#file.database.prepare('SELECT max(seq) FROM events').pluck().get() ?? 0);
      if (!isAtomic) this.commit();
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  /** Whether there is anything to commit. */
  get hasPending(): boolean {
    return this.#pending > 0 && !this.#isAtomic;
  }

  /** Inserts lines, see `LineBatch`; commits after each thousand events. */
  insert(lines: Buffer, times: BigInt64Array, count: number): void {
    explaining(this.#path, () => {
      for (let first = 0, offset = 0; first < count; ) {
        const limit = this.#isAtomic ? count - first : Math.min(count - first, COMMIT_EVENTS - this.#pending);
        this.#begin();
        const end = this.#inserter.insert(lines, offset, times, first, limit);
        this.#events += limit;
        this.#bytes += end.offset - offset;
        this.#lastSeq = end.seq;
        this.#pending += limit;
        first += limit;
        offset = end.offset;
        if (this.#pending >= COMMIT_EVENTS) this.commit();
      }
    });
  }

  /** Notes a gap after the last event. */
  gap(gap: GapInfo): void {
    explaining(this.#path, () => {
      this.#begin();
      this.#file.database
        .prepare('INSERT INTO gaps (session, after_seq, from_ts, to_ts, reason, certain) VALUES (?, ?, ?, ?, ?, ?)')
        .run(this.session, this.#lastSeq, gap.from ?? null, gap.to ?? null, gap.reason, gap.certain ? 1 : 0);
      this.#gaps += 1;
      this.#pending += 1;
    });
  }

  /** Notes which daemon it is, once that is known. */
  daemon({ endpoint, daemonId, engineVersion, apiVersion }: SessionDaemon): void {
    explaining(this.#path, () => {
      this.#begin();
      this.#file.database
        .prepare('UPDATE sessions SET endpoint = ?, daemon_id = ?, engine_version = ?, api_version = ? WHERE id = ?')
        .run(endpoint ?? null, daemonId ?? null, engineVersion ?? null, apiVersion ?? null, this.session);
      this.#pending += 1;
    });
  }

  /** Makes what was inserted safe from a crash of this program. An atomic session waits for {@link finish}. */
  commit(): void {
    if (this.#isAtomic) return;
    explaining(this.#path, () => {
      this.#file.checkPresence();
      if (this.#file.database.inTransaction) this.#file.database.exec('COMMIT');
      this.#hasCommitted = true;
      this.#pending = 0;
    });
  }

  /** Ends the session and closes the capture. */
  finish({ clean = true, tail = '\n' }: SessionEnd): SessionSummary {
    return explaining(this.#path, () => {
      this.#begin();
      this.#file.database
        .prepare('UPDATE sessions SET ended = ?, clean = ?, tail = ? WHERE id = ?')
        .run(now(), clean ? 1 : 0, tail, this.session);
      this.#file.checkPresence();
      this.#file.database.exec('COMMIT');
      this.#hasCommitted = true;
      return {
        session: this.session,
        events: this.#events,
        bytes: this.#bytes,
        gaps: this.#gaps,
        isNew: this.#file.isNew,
        hasSideFiles: this.#file.close().hasSideFiles,
      };
    });
  }

  /**
   * Takes back what was not committed and closes the capture; one that was made for this session is removed when it got
   * nothing. Never fails: what was not committed is not in the capture, even when SQLite cannot tidy up any more. After
   * {@link finish}, or a second time, it does nothing.
   */
  abort(): void {
    try {
      if (this.#file.isNew && !this.#hasCommitted) this.#file.remove();
      else this.#file.rollBackAndClose();
    } catch (error) {
      if (explainCaptureError(this.#path, error) === error) throw error;
    }
  }

  #begin(): void {
    if (!this.#file.database.inTransaction) this.#file.database.exec('BEGIN IMMEDIATE');
  }

  #insertSession(info: SessionInfo): number {
    const { lastInsertRowid } = this.#file.database
      .prepare(
        `INSERT INTO sessions (how, started, docktape, endpoint, daemon_id, engine_version, api_version, host_name, condition, redaction)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        info.how,
        info.started ?? now(),
        docktapeVersion,
        info.endpoint ?? null,
        info.daemonId ?? null,
        info.engineVersion ?? null,
        info.apiVersion ?? null,
        info.hostName ?? null,
        info.condition ?? null,
        info.redaction ?? null,
      );
    return Number(lastInsertRowid);
  }
}
