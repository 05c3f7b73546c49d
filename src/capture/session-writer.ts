import type { Statement } from 'better-sqlite3';
import { DocktapeError } from '../errors.js';
import { now } from '../time.js';
import { explainCaptureError, explaining } from './capture-error.js';
import type { CaptureFile } from './capture-file.js';
import { EventInserter, type EventLines } from './event-inserter.js';
import type { GapInfo, SessionDaemon, SessionInfo } from './session.js';
import { upgradeFormat } from './upgrade-format.js';
import { docktapeVersion } from './version.js';

/** How a session ends. */
export interface SessionEnd {
  /** False when something went wrong that the reader of the capture should know of. True when left out. */
  readonly clean?: boolean;
  /** See {@link Session}; a newline when left out. */
  readonly tail?: string;
}

/** What was written. */
export interface Written {
  readonly events: number;
  /** Bytes of the lines, newlines included. */
  readonly bytes: number;
  readonly gaps: number;
}

/** What a session has brought into its capture, or the sessions of one recording into its captures. */
export interface SessionSummary extends Written {
  /** The number of the last session. */
  readonly session: number;
  /** Whether the last capture was made for this session. */
  readonly isNew: boolean;
  /** Readers have the capture open, so SQLite's side files stay beside it until the next writer closes it. */
  readonly hasSideFiles: boolean;
}

export const NOTHING: Written = { events: 0, bytes: 0, gaps: 0 };

/**
 * Writes one session into a capture, synchronously: the part of the writer that runs in its thread. What is inserted is in
 * an open transaction until {@link commit}; after an error it can be taken back, and inserted again.
 */
export class SessionWriter {
  readonly session: number;
  /** When the first session of the capture began, nanoseconds since the epoch. */
  readonly captureStarted: bigint;
  readonly #path: string;
  readonly #file: CaptureFile;
  readonly #isAtomic: boolean;
  readonly #inserter: EventInserter;
  /** By their text: a session lasts for months, and a statement for as long as the process. */
  readonly #statements = new Map<string, Statement>();
  #hasCommitted = false;
  #pending = 0;
  #written = NOTHING;
  #committed = NOTHING;
  #lastSeq: number;
  #committedSeq: number;

  /**
   * Begins the session.
   *
   * @param isAtomic nothing is committed before {@link finish}, so that {@link abort} leaves no trace
   * @throws DocktapeError `CAPTURE`, as all methods do; the file is closed then
   */
  constructor(file: CaptureFile, info: SessionInfo, isAtomic: boolean) {
    this.#path = file.path;
    this.#isAtomic = isAtomic;
    this.#file = file;
    try {
      this.#begin();
      upgradeFormat(file.database);
      this.session = this.#insertSession(info);
      this.#inserter = new EventInserter(file.database, this.session);
      this.#lastSeq = Number(file.database.prepare('SELECT max(seq) FROM events').pluck().get() ?? 0);
      this.#committedSeq = this.#lastSeq;
      const started = file.database.prepare<[], bigint>('SELECT min(started) FROM sessions').pluck().safeIntegers();
      this.captureStarted = started.get() ?? now();
      if (!isAtomic) this.commit();
    } catch (error) {
      this.abort();
      throw explainCaptureError(this.#path, error);
    }
  }

  /** Events, and other changes, of the open transaction. */
  get pending(): number {
    return this.#pending;
  }

  /** What was committed. */
  get committed(): Written {
    return this.#committed;
  }

  /** Bytes that the capture takes as one file. */
  get size(): number {
    const pragma = (name: string) => Number(this.#file.database.pragma(name));
    return explaining(this.#path, () => pragma('page_count') * pragma('page_size'));
  }

  /** Inserts up to `limit` lines; see {@link EventInserter}. Gives back where the next one begins. */
  insert(events: EventLines, offset: number, first: number, limit: number): number {
    return explaining(this.#path, () => {
      this.#begin();
      const end = this.#inserter.insert(events, offset, first, limit);
      this.#add({ events: limit, bytes: end.offset - offset, gaps: 0 });
      this.#lastSeq = end.seq;
      this.#pending += limit;
      return end.offset;
    });
  }

  /** Notes a gap after the last event. */
  gap(gap: GapInfo): void {
    explaining(this.#path, () => {
      this.#begin();
      this.#statement(
        'INSERT INTO gaps (session, after_seq, from_ts, to_ts, reason, certain) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(this.session, this.#lastSeq, gap.from ?? null, gap.to ?? null, gap.reason, gap.certain ? 1 : 0);
      this.#add({ events: 0, bytes: 0, gaps: 1 });
      this.#pending += 1;
    });
  }

  /** Notes which daemon it is, once that is known. */
  daemon({ endpoint, daemonId, engineVersion, apiVersion }: SessionDaemon): void {
    explaining(this.#path, () => {
      this.#begin();
      this.#statement(
        'UPDATE sessions SET endpoint = ?, daemon_id = ?, engine_version = ?, api_version = ? WHERE id = ?',
      ).run(endpoint ?? null, daemonId ?? null, engineVersion ?? null, apiVersion ?? null, this.session);
      this.#pending += 1;
    });
  }

  /** Makes what was inserted safe, as far as the file's durability goes. */
  commit(): void {
    explaining(this.#path, () => {
      this.#file.checkPresence();
      if (this.#file.database.inTransaction) this.#file.database.exec('COMMIT');
      this.#hasCommitted = true;
      this.#committed = this.#written;
      this.#committedSeq = this.#lastSeq;
      this.#pending = 0;
    });
  }

  /** Takes back what was inserted since the last commit. */
  rollBack(): void {
    explaining(this.#path, () => {
      this.#written = this.#committed;
      this.#lastSeq = this.#committedSeq;
      this.#pending = 0;
      this.#inserter.rolledBack();
      this.#file.rollBack();
    });
  }

  /** Ends the session and closes the capture. */
  finish(end: SessionEnd): SessionSummary {
    return explaining(this.#path, () => {
      this.#end(end);
      const { hasSideFiles } = this.#file.close();
      return { session: this.session, ...this.#committed, isNew: this.#file.isNew, hasSideFiles };
    });
  }

  /**
   * Ends the session and closes the capture when it can become one file; when readers keep it from that, the session goes on.
   * Everything must be committed.
   */
  finishWhole(): boolean {
    return explaining(this.#path, () => {
      this.#end({});
      if (!this.#file.becomeOneFile(0)) {
        this.#statement('UPDATE sessions SET ended = NULL, clean = 0 WHERE id = ?').run(this.session);
        return false;
      }
      this.#file.close();
      return true;
    });
  }

  /**
   * Takes back what was not committed and closes the capture, in which the session has not ended well then; one that was
   * made for this session is removed when it got nothing. Never fails: what was committed is in the capture, even when SQLite
   * cannot tidy up any more. After {@link finish}, or a second time, it does nothing.
   */
  abort(): void {
    if (this.#file.isNew && !this.#hasCommitted) {
      this.#tolerating(() => this.#file.remove());
      return;
    }
    this.#tolerating(() => this.#file.rollBack());
    if (!this.#isAtomic && this.#file.database.open) {
      this.#tolerating(() => this.#end({ clean: false }));
      this.#tolerating(() => this.#file.rollBack());
    }
    this.#tolerating(() => this.#file.close());
  }

  #end({ clean = true, tail = '\n' }: SessionEnd): void {
    this.#begin();
    this.#statement('UPDATE sessions SET ended = ?, clean = ?, tail = ? WHERE id = ?').run(
      now(),
      clean ? 1 : 0,
      tail,
      this.session,
    );
    this.commit();
  }

  #add({ events, bytes, gaps }: Written): void {
    const written = this.#written;
    this.#written = { events: written.events + events, bytes: written.bytes + bytes, gaps: written.gaps + gaps };
  }

  /** Does what may fail for a reason that the capture's user was told of already. */
  #tolerating(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(explainCaptureError(this.#path, error) instanceof DocktapeError)) throw error;
    }
  }

  #begin(): void {
    if (!this.#file.database.inTransaction) this.#file.database.exec('BEGIN IMMEDIATE');
  }

  #statement(sql: string): Statement {
    const statement = this.#statements.get(sql) ?? this.#file.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
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
