import { closeSync, existsSync, linkSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs';
import type { Database, Statement } from 'better-sqlite3';
import { captureError, codeOf, explaining } from './capture-error.js';
import { ContextRows } from './context-rows.js';
import { LACKS_CONTEXT } from './contexts.js';
import { createSchema } from './create-schema.js';
import { openDatabase } from './database.js';
import { checkSideFiles, sqlitePath } from './open-file.js';
import type { Gap, Session } from './session.js';

/** What file systems say that know no second name for a file. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * A capture that is made of others, in one go: sessions, events and gaps with the numbers that they shall have. It is
 * written under another name, and gets its own when it is whole: whatever happens before, there is no half one.
 */
export class NewCapture {
  readonly database: Database;
  readonly #path: string;
  readonly #file: string;
  readonly #partial: string;
  readonly #insertSession: Statement;
  readonly #insertEvent: Statement;
  readonly #insertContext: Statement;
  readonly #contexts: ContextRows;
  readonly #insertGap: Statement;
  readonly #findEvent: Statement;

  private constructor(path: string, file: string, partial: string) {
    this.#path = path;
    this.#file = file;
    this.#partial = partial;
    this.database = openDatabase(partial, { fileMustExist: true });
    // Nobody else knows the file, and it is removed when it fails: there is nothing to roll back to.
    this.database.pragma('locking_mode = EXCLUSIVE');
    this.database.pragma('foreign_keys = OFF');
    createSchema(this.database, 'OFF');
    this.database.exec('BEGIN');
    this.#insertSession = this.database.prepare(
      `INSERT INTO sessions (id, how, started, ended, clean, docktape, endpoint, daemon_id, engine_version, api_version,
         host_name, condition, tail, redaction, interleaved)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertEvent = this.database.prepare(
      'INSERT OR IGNORE INTO events (seq, session, ts, payload, context) VALUES (?, ?, ?, CAST(? AS TEXT), ?)',
    );
    this.#insertContext = this.database.prepare(
      'INSERT OR IGNORE INTO contexts (id, json) VALUES (?, CAST(? AS TEXT))',
    );
    this.#contexts = new ContextRows(this.database);
    this.#insertGap = this.database.prepare(
      'INSERT INTO gaps (session, after_seq, from_ts, to_ts, reason, certain) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#findEvent = this.database.prepare('SELECT seq FROM events WHERE seq = ?');
  }

  /**
   * Makes a capture at `path`, where nothing may be yet. When `fill` fails, nothing is left of it.
   *
   * @returns what `fill` does
   * @throws DocktapeError `CAPTURE` when there is something, or nothing can be made
   */
  static async make<T>(path: string, fill: (capture: NewCapture) => Promise<T>): Promise<T> {
    const capture = NewCapture.#create(path);
    try {
      const made = await fill(capture);
      capture.#finish();
      return made;
    } catch (error) {
      capture.#abort();
      throw error;
    }
  }

  static #create(path: string): NewCapture {
    return explaining(path, () => {
      const file = sqlitePath(path);
      if (lstatSync(file, { throwIfNoEntry: false })) throw exists(path);
      const partial = `${file}-partial`;
      checkSideFiles(file, path);
      checkSideFiles(partial, path);
      reserve(partial, path);
      try {
        return new NewCapture(path, file, partial);
      } catch (error) {
        rmSync(partial, { force: true });
        throw error;
      }
    });
  }

  session(session: Session): void {
    explaining(this.#path, () =>
      this.#insertSession.run(
        session.id,
        session.how,
        session.started,
        session.ended ?? null,
        session.clean ? 1 : 0,
        session.docktape,
        session.endpoint ?? null,
        session.daemonId ?? null,
        session.engineVersion ?? null,
        session.apiVersion ?? null,
        session.hostName ?? null,
        session.condition ?? null,
        session.tail,
        session.redaction ?? null,
        session.interleaved ? 1 : 0,
      ),
    );
  }

  /**
   * Adds an event; false when there is one of this number already, which stays.
   *
   * @param context what is known of what it is about, or the number under which {@link context} adds that
   */
  event(seq: number, session: number, ts: bigint, payload: Buffer, context?: Buffer | number): boolean {
    return explaining(this.#path, () => {
      const row = Buffer.isBuffer(context) ? this.#contexts.rowOf(context) : (context ?? null);
      return this.#insertEvent.run(seq, session, ts, payload, row).changes > 0;
    });
  }

  /** Adds a context under a number of the caller's, unless there is one. Not for captures whose events bring theirs. */
  context(id: number, json: Buffer): void {
    explaining(this.#path, () => this.#insertContext.run(id, json));
  }

  /** Takes contexts from the events whose contexts are not there, and gives back how many events those are. */
  forgetLostContexts(): number {
    const sql = `UPDATE events SET context = NULL WHERE ${LACKS_CONTEXT}`;
    return explaining(this.#path, () => this.database.prepare(sql).run().changes);
  }

  /** Whether there is an event of this number. */
  has(seq: number): boolean {
    return this.#findEvent.get(seq) !== undefined;
  }

  /** Adds a gap. They are told in the order of their places, and then of their adding. */
  gap({ session, afterSeq, from, to, reason, certain }: Gap): void {
    explaining(this.#path, () =>
      this.#insertGap.run(session, afterSeq, from ?? null, to ?? null, reason, certain ? 1 : 0),
    );
  }

  /** The last event up to a number: where a gap stands that came after an event of this number. 0 when there is none. */
  lastUpTo(seq: number): number {
    const sql = 'SELECT max(seq) FROM events WHERE seq <= ?';
    return this.database.prepare<[number], number | null>(sql).pluck().get(seq) ?? 0;
  }

  /** Gives the capture its name. */
  #finish(): void {
    explaining(this.#path, () => {
      this.database.exec('COMMIT');
      this.database.close();
      try {
        // Unlike a rename, this does not replace what somebody else has put there meanwhile.
        linkSync(this.#partial, this.#file);
      } catch (error) {
        if (codeOf(error) === 'EEXIST') throw exists(this.#path);
        if (!NO_LINKS.includes(codeOf(error) ?? '')) throw error;
        if (existsSync(this.#file)) throw exists(this.#path);
        renameSync(this.#partial, this.#file);
      }
      rmSync(this.#partial, { force: true });
    });
  }

  /** Gives it up: nothing is left of it. Does nothing once it has its name. */
  #abort(): void {
    this.database.close();
    rmSync(this.#partial, { force: true });
  }
}

/** Events hold secrets, so only their owner may look, from the first byte on. */
function reserve(partial: string, path: string): void {
  try {
    closeSync(openSync(partial, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw captureError(path, 'cannot be made: its folder does not exist', error);
    if (codeOf(error) !== 'EEXIST') throw error;
    throw captureError(
      path,
      `is being made by another docktape, or one that was killed: if so, remove ${path}-partial`,
      error,
    );
  }
}

function exists(path: string): Error {
  return captureError(path, 'exists, and is not overwritten: choose another name');
}
