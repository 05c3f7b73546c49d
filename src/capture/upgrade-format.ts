import type { Database } from 'better-sqlite3';
import { FORMAT_VERSION, REDACTION_COLUMN } from './schema.js';

/**
 * Brings a capture of an older format to the newest one, for a writer that is about to append. It belongs to the writer's
 * transaction: when that is taken back, the capture is of its old format again. Does nothing when there is nothing to do.
 *
 * @param database a capture that is open for writing, in a transaction
 */
export function upgradeFormat(database: Database): void {
  if (database.pragma('user_version') === FORMAT_VERSION) return;
  database.exec(`ALTER TABLE sessions ADD COLUMN ${REDACTION_COLUMN}`);
  database.pragma(`user_version = ${FORMAT_VERSION}`);
}
