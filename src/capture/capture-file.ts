import { chmodSync, closeSync, openSync, realpathSync, rmSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { captureError, codeOf, explaining } from './capture-error.js';
import { openDatabase } from './database.js';
import { checkIdentity } from './identity.js';
import { openForReading, sqlitePath } from './open-file.js';
import { APPLICATION_ID, FORMAT_VERSION, PAGE_SIZE, SCHEMA } from './schema.js';
import { WriterLock } from './writer-lock.js';

/** How long the writer waits for a program that is just at the file, such as a SQLite shell, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** How long `close` waits for readers before it leaves the side files to them. */
const CLOSE_TIMEOUT_MS = 500;

/** Pages in the write-ahead log before they are moved into the file: 64 MiB. Fewer and larger moves are faster. */
const AUTOCHECKPOINT_PAGES = 4_096;

/**
 * A capture that is open for writing: created when it is not there, locked against other writers, in write-ahead mode so
 * that readers may look on and a crash costs nothing that was committed.
 */
export class CaptureFile {
  readonly database: Database;
  /** Whether this made the file, and not an earlier recorder. */
  readonly isNew: boolean;
  readonly #path: string;
  readonly #file: string;
  readonly #lock: WriterLock;
  readonly #inode: bigint;

  private constructor(path: string, file: string, isNew: boolean, lock: WriterLock) {
    this.#path = path;
    this.#file = file;
    this.isNew = isNew;
    this.#lock = lock;
    this.#inode = statSync(file, { bigint: true }).ino;
    this.database = openForWriting(file, path, isNew);
  }

  /** @throws DocktapeError `CAPTURE` when it is no capture, is locked, or cannot be made */
  static open(path: string): CaptureFile {
    return explaining(path, () => {
      create(path);
      const file = realpathSync(sqlitePath(path));
      const lock = WriterLock.take(file, path);
      // Only now: another writer may have filled the file before it gave the lock back.
      const isNew = statSync(file).size === 0;
      try {
        // A stranger's file is opened for writing only once it is known to be a capture.
        if (!isNew) openForReading(path).close();
        return new CaptureFile(path, file, isNew, lock);
      } catch (error) {
        if (isNew) removeFiles(file);
        lock.release();
        throw error;
      }
    });
  }

  /**
   * SQLite goes on writing to a file that was removed, and everything would be lost in the end.
   *
   * @throws DocktapeError `CAPTURE` when the path no longer leads to the file that was opened
   */
  checkPresence(): void {
    if (statSync(this.#file, { bigint: true, throwIfNoEntry: false })?.ino === this.#inode) return;
    throw captureError(this.#path, 'was removed or replaced while it was being written: start again');
  }

  /**
   * Makes it one file again and closes it, which it does even when that fails. Readers keep it from becoming one file: the
   * side files stay for them then.
   */
  close(): { readonly hasSideFiles: boolean } {
    try {
      return { hasSideFiles: this.database.open && !this.#leaveWriteAheadMode() };
    } finally {
      this.database.close();
      this.#lock.release();
    }
  }

  /** Takes back the transaction that is under way, and closes. */
  rollBackAndClose(): void {
    try {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
    } finally {
      this.close();
    }
  }

  /** Closes it and removes it. */
  remove(): void {
    if (!this.database.open) return;
    this.database.close();
    removeFiles(this.#file);
    this.#lock.release();
  }

  #leaveWriteAheadMode(): boolean {
    try {
      this.database.pragma(`busy_timeout = ${CLOSE_TIMEOUT_MS}`);
      this.database.pragma('journal_mode = DELETE');
      return true;
    } catch (error) {
      if (codeOf(error)?.startsWith('SQLITE_BUSY')) return false;
      throw error;
    }
  }
}

/**
 * Makes the file when there is none. An empty one is as good: `mktemp` makes such, and so does a crash at this very place.
 * Others' eyes are kept off from the first byte on: labels and commands in events hold secrets.
 */
function create(path: string): void {
  try {
    closeSync(openSync(sqlitePath(path), 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw captureError(path, 'cannot be made: its folder does not exist', error);
    if (codeOf(error) !== 'EEXIST') throw error;
    const stat = statSync(path);
    if (stat.isDirectory()) throw captureError(path, 'is a folder, not a capture');
    if (!stat.isFile()) throw captureError(path, 'is not a capture: it is no regular file');
    if (stat.size === 0) chmodSync(path, 0o600);
  }
}

function openForWriting(file: string, path: string, isNew: boolean): Database {
  const database = openDatabase(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma('trusted_schema = OFF');
    database.pragma('cell_size_check = ON');
    // The session of each event is the one that was just begun; looking it up for each event would only cost.
    database.pragma('foreign_keys = OFF');
    if (isNew) createSchema(database);
    checkIdentity(database, path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma(`wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** One transaction: the file is a whole capture, or nothing. */
function createSchema(database: Database): void {
  database.pragma(`page_size = ${PAGE_SIZE}`);
  database.transaction(() => {
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${FORMAT_VERSION}`);
    for (const sql of SCHEMA.values()) database.exec(sql);
  })();
}

function removeFiles(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}
