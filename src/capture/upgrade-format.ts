import type { Database } from 'better-sqlite3';
import { COLUMNS_OF_FORMAT_2, FORMAT_VERSION } from './schema.js';

/**
 * Brings a capture of an older format to the newest one, for a writer that is about to append. It belongs to the writer's
 * transaction: when that is taken back, the capture is of its old format again. Does nothing when there is nothing to do.
 *
 * @param database a capture that is open for writing, in a transaction
 */
export function upgradeFormat(database: Database): void {
  if (database.pragma('user_version') === FORMAT_VERSION) return;
  for (const column of COLUMNS_OF_FORMAT_2) database.exec(`ALTER TABLE sessions ADD COLUMN ${column}`);
  database.pragma(`user_version = ${FORMAT_VERSION}`);
}
