import type { Database } from 'better-sqlite3';
import { ADDED_BY_FORMAT_2, FORMAT_VERSION } from './schema.js';

/**
 * Brings a capture of an older format to the newest one, for a writer that is about to append. It belongs to the writer's
 * transaction: when that is taken back, the capture is of its old format again. Does nothing when there is nothing to do.
 *
 * @param database a capture that is open for writing, in a transaction
 */
export function upgradeFormat(database: Database): void {
  if (database.pragma('user_version') === FORMAT_VERSION) return;
  const { tables, columns } = ADDED_BY_FORMAT_2;
  for (const table of tables) database.exec(table);
  for (const [table, added] of Object.entries(columns)) {
    for (const column of added) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
  }
  database.pragma(`user_version = ${FORMAT_VERSION}`);
}
