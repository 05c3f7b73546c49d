import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { DocktapeError } from '../errors.js';
import { codeOf, explaining } from './capture-error.js';
import { createSchema } from './create-schema.js';
import { openDatabase } from './database.js';
import { checkIdentity } from './identity.js';
import { openForReading } from './open-file.js';
import type { CapturePlace } from './writing/place.js';
import type { Durability } from './writing/writer-options.js';

/** How long the writer waits for a program that is just at the file, such as a SQLite shell, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** How long `close` waits for readers before it leaves the side files to them. */
const CLOSE_TIMEOUT_MS = 500;

/** Pages in the write-ahead log before they are moved into the file: 64 MiB. Fewer and larger moves are faster. */
const AUTOCHECKPOINT_PAGES = 4_096;

/**
 * What a capture is in before and after it is in write-ahead mode. To change the mode is to write some bytes in the header of
 * the file; with a journal beside it, a crash in that moment would leave a file that readers must not open.
 */
const WITHOUT_LOG = 'memory';

/** What SQLite keeps beside a file that is being written. */
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/** The path no longer leads to the file that is being written. */
export class MovedError extends DocktapeError {
  constructor(path: string) {
    super('CAPTURE', `${path} was removed or replaced while it was being written: start again`);
  }
}

/**
 * A capture that is open for writing: created when it is not there, in write-ahead mode so that readers may look on and a
 * crash costs nothing that was committed.
 */
export class CaptureFile {
  readonly database: Database;
  /** Whether this made the file, and not an earlier recorder. */
  readonly isNew: boolean;
  readonly #place: CapturePlace;
  readonly #identity: string | undefined;

  private constructor(place: CapturePlace, isNew: boolean, durability: Durability) {
    this.isNew = isNew;
    this.#place = place;
    this.#identity = identityOf(place.file);
    this.database = openForWriting(place, durability);
  }

  /** @throws DocktapeError `CAPTURE` when it is no capture, or cannot be made */
  static open(place: CapturePlace, durability: Durability = 'normal'): CaptureFile {
    return explaining(place.path, () => {
      const isNew = place.isFree;
      if (isNew) makeCapture(place, durability);
      // A stranger's file is opened for writing only once it is known to be a capture.
      else openForReading(place.path).close();
      return new CaptureFile(place, isNew, durability);
    });
  }

  /** As its user named it. */
  get path(): string {
    return this.#place.path;
  }

  /**
   * SQLite goes on writing to a file that was removed, and everything would be lost in the end.
   *
   * @throws MovedError when the path no longer leads to the file that was opened
   */
  checkPresence(): void {
    if (!this.#isPresent) throw new MovedError(this.path);
  }

  /**
   * Makes it one file again, which it is until the next transaction.
   *
   * @param timeout how long to wait for readers, in milliseconds
   * @returns false when readers keep it from that
   */
  becomeOneFile(timeout: number): boolean {
    try {
      this.database.pragma(`busy_timeout = ${timeout}`);
      this.database.pragma(`journal_mode = ${WITHOUT_LOG}`);
      return this.database.pragma('journal_mode') === WITHOUT_LOG;
    } catch (error) {
      if (codeOf(error)?.startsWith('SQLITE_BUSY')) return false;
      throw error;
    } finally {
      this.database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  /**
   * Makes it one file again and closes it, which it does even when that fails. Readers keep it from becoming one file: the
   * side files stay for them then.
   */
  close(): { readonly hasSideFiles: boolean } {
    try {
      if (!this.database.open) return { hasSideFiles: false };
      if (!this.#isPresent) return this.#leaveToItself();
      return { hasSideFiles: !this.becomeOneFile(CLOSE_TIMEOUT_MS) };
    } finally {
      this.database.close();
    }
  }

  /** Takes back the transaction that is under way. */
  rollBack(): void {
    if (this.database.open && this.database.inTransaction) this.database.exec('ROLLBACK');
  }

  /** Closes it and removes it, unless the path leads to another one by now. */
  remove(): void {
    if (!this.database.open) return;
    const isPresent = this.#isPresent;
    this.database.close();
    if (isPresent) removeFiles(this.#place.file);
  }

  get #isPresent(): boolean {
    return identityOf(this.#place.file) === this.#identity;
  }

  /**
   * The file goes by another name now, or by none. What was committed moves into it; the log would otherwise be left at the
   * path, where SQLite takes it for that of the next file. Emptied it does no harm there.
   */
  #leaveToItself(): { readonly hasSideFiles: boolean } {
    this.database.pragma('wal_checkpoint(TRUNCATE)');
    return { hasSideFiles: false };
  }
}

/** Makes sure that a name of a file in its folder survives a loss of power. */
export function syncFolder(file: string): void {
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function openForWriting({ file, path }: CapturePlace, durability: Durability): Database {
  const database = openDatabase(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma('trusted_schema = OFF');
    database.pragma('cell_size_check = ON');
    // The session of each event is the one that was just begun; looking it up for each event would only cost.
    database.pragma('foreign_keys = OFF');
    checkIdentity(database, path);
    if (database.pragma('journal_mode') !== 'wal') database.pragma(`journal_mode = ${WITHOUT_LOG}`);
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
    database.pragma(`wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Makes a capture without sessions, under another name until it is whole, so that no crash leaves half a one. Others' eyes
 * are kept off from the first byte on: labels and commands in events hold secrets.
 */
function makeCapture({ file }: CapturePlace, durability: Durability): void {
  // What is left of an earlier one is removed, so nobody else may have a file of this name.
  const draft = `${file}-docktape-draft`;
  removeFiles(draft);
  try {
    closeSync(openSync(draft, 'wx', 0o600));
    const database = openDatabase(draft, { fileMustExist: true });
    try {
      createSchema(database, 'WAL');
    } finally {
      database.close();
    }
    // Side files of a capture that was removed are no part of the new one.
    for (const suffix of SIDE_FILES) rmSync(`${file}${suffix}`, { force: true });
    renameSync(draft, file);
    if (durability === 'full') syncFolder(file);
  } finally {
    removeFiles(draft);
  }
}

function removeFiles(file: string): void {
  for (const suffix of ['', ...SIDE_FILES]) rmSync(`${file}${suffix}`, { force: true });
}

/** What tells a file from another one at the same path; `undefined` when there is none. */
function identityOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
