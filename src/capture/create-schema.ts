import type { Database } from 'better-sqlite3';
import { APPLICATION_ID, FORMAT_VERSION, PAGE_SIZE, SCHEMA } from './schema.js';

/** Makes an empty database a capture, in one transaction: it is a whole one then, or nothing. */
export function createSchema(database: Database): void {
  database.pragma(`page_size = ${PAGE_SIZE}`);
  database.transaction(() => {
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${FORMAT_VERSION}`);
    for (const sql of SCHEMA.values()) database.exec(sql);
  })();
}
