import { rmSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { captureError, codeOf } from './capture-error.js';
import { openDatabase } from './database.js';

/** Each further attempt means that another writer removed its lock file in the same moment. */
const ATTEMPTS = 10;

/**
 * The right to write to a capture, held by one program at a time from open to close. SQLite's own write lock only lasts for
 * a transaction, and two recorders would interleave their sessions. Readers are not kept out.
 *
 * It is SQLite's exclusive lock on an empty file beside the capture, so the kernel gives it back however the holder ends.
 * The file itself is no lock: one that was left behind by a killed writer does not matter.
 */
export class WriterLock {
  readonly #database: Database;
  readonly #file: string;

  private constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
  }

  /**
   * @param file the capture's real path: two names of one file must give one lock
   * @param path the capture as its user named it
   * @throws DocktapeError `CAPTURE` when another writer has it
   */
  static take(file: string, path: string): WriterLock {
    const lockFile = `${file}-lock`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = inodeOf(lockFile);
      const database = openDatabase(lockFile, { timeout: 0 });
      // A file that SQLite has just made may be removed by its last holder before it is locked; only one that was there
      // before and after is known to be the one that is locked. It is never opened by other means than SQLite: closing a
      // descriptor would drop the locks that this process holds on the file.
      if (before !== undefined) {
        lock(database, path);
        if (inodeOf(lockFile) === before) return new WriterLock(database, lockFile);
      }
      database.close();
    }
    throw captureError(path, 'is being opened and closed by other recorders all the time: try again');
  }

  /** Gives the right back and removes the file. */
  release(): void {
    if (!this.#database.open) return;
    // While the lock is still held: nobody else can have taken it yet.
    rmSync(this.#file, { force: true });
    this.#database.close();
  }
}

function lock(database: Database, path: string): void {
  try {
    // Nothing is ever written, so the transaction needs no journal file.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (codeOf(error)?.startsWith('SQLITE_BUSY')) {
      throw captureError(path, 'is being written by another docktape: wait for it, or use another file', error);
    }
    throw error;
  }
}

function inodeOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
}
