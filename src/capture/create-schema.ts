import type { Database } from 'better-sqlite3';
import { APPLICATION_ID, FORMAT_VERSION, PAGE_SIZE, SCHEMA } from './schema.js';

/**
 * Makes an empty database a capture, in one transaction.
 *
 * @param journalMode SQLite's, which can only be set after the size of pages
 */
export function createSchema(database: Database, journalMode: 'OFF' | 'WAL'): void {
  database.pragma(`page_size = ${PAGE_SIZE}`);
  database.pragma(`journal_mode = ${journalMode}`);
  database.transaction(() => {
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${FORMAT_VERSION}`);
    for (const sql of SCHEMA.values()) database.exec(sql);
  })();
}
