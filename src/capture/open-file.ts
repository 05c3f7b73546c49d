import { lstatSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import { CaptureDamage, captureError, explaining } from './capture-error.js';
import { openDatabase } from './database.js';
import { checkIdentity } from './identity.js';

/** How long a program waits for another one that is just at the file, in milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

/** Memory for pages of the file, in KiB. Captures are read in one go, so a page is not asked for twice. */
const READ_CACHE_KIB = 4_096;

/**
 * Bytes of a capture whose structure is checked before anything is read from it. SQLite takes about 2 ms for a MiB of
 * 600-byte events, and a replay should begin at once. In larger captures damage is found where it is read.
 */
const CHECKED_BYTES = 4 * 1024 * 1024;

/** The files that SQLite itself opens beside a database. */
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/**
 * Opens a capture for reading. The file is taken for hostile: nothing in its schema is run, nothing is written to it, and
 * better-sqlite3 has SQLite's defensive mode on.
 *
 * @throws DocktapeError `CAPTURE` that says why it is no capture, or none that can be read; `CaptureDamage` when it is one
 *   that is not whole
 */
export function openForReading(path: string): Database {
  return explaining(path, () => {
    const database = openUnchecked(path);
    try {
      if (sizeOf(database) <= CHECKED_BYTES) checkStructure(database, path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** As {@link openForReading}, but takes SQLite's word for the structure of the file, for who checks that in its own way. */
export function openUnchecked(path: string): Database {
  return explaining(path, () => {
    checkFile(path);
    const database = openDatabase(sqlitePath(path), { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      // Before the first statement that reads the schema.
      database.pragma('trusted_schema = OFF');
      database.pragma('cell_size_check = ON');
      database.pragma('query_only = ON');
      // A mapped file that is truncated under us would be a SIGBUS.
      database.pragma('mmap_size = 0');
      database.pragma(`cache_size = -${READ_CACHE_KIB}`);
      checkIdentity(database, path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** The capture's bytes, those included that a recorder has not moved into the file yet. */
function sizeOf(database: Database): number {
  return Number(database.pragma('page_count')) * Number(database.pragma('page_size'));
}

/** SQLite's quick check: the pages hang together, and the rows are such as their table allows. */
function checkStructure(database: Database, path: string): void {
  const found = String(database.pragma('quick_check(1)'));
  if (found !== 'ok') throw new CaptureDamage(path, inOneLine(found));
}

/** What SQLite finds wrong, without the line breaks and asterisks that it sets. */
export function inOneLine(finding: string): string {
  return finding
    .replace(/^\*+ [^*]* \*+\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * SQLite follows links when it opens the files beside a database: whoever may put files there would choose what it reads as
 * the capture's newest events, and, when it writes, what it overwrites.
 *
 * @param file the real path of a capture, which need not exist
 * @throws DocktapeError `CAPTURE`
 */
export function checkSideFiles(file: string, path: string): void {
  for (const suffix of SIDE_FILES) {
    const stat = lstatSync(`${file}${suffix}`, { throwIfNoEntry: false });
    if (stat === undefined || stat.isFile()) continue;
    throw captureError(path, `has ${file}${suffix} beside it, which is no regular file: remove that`);
  }
}

/**
 * The path as SQLite must be given it: absolute, so that `:memory:` and `file:…` are names of files and nothing else.
 *
 * @throws DocktapeError `CAPTURE` when better-sqlite3, which trims its argument, would open another file
 */
export function sqlitePath(path: string): string {
  const absolute = resolve(path);
  if (absolute !== absolute.trim()) throw captureError(`'${path}'`, 'ends with white space: choose another name');
  return absolute;
}

function checkFile(path: string): void {
  if (path.includes('\0')) throw captureError(path.replaceAll('\0', '?'), 'is no path: it contains a NUL');
  const stat = statSync(path);
  if (stat.isDirectory()) throw captureError(path, 'is a folder, not a capture');
  if (!stat.isFile()) throw captureError(path, 'is not a capture: it is no regular file');
  if (stat.size === 0) throw captureError(path, 'is empty, not a capture: record or import into it first');
  checkSideFiles(realpathSync(sqlitePath(path)), path);
}
