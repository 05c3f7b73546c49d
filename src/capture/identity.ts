import type { Database } from 'better-sqlite3';
import { CaptureDamage, captureError } from './capture-error.js';
import { APPLICATION_ID, FORMAT_VERSION, SCHEMAS } from './schema.js';

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/**
 * Makes sure that an open SQLite file is a capture of a version that this program knows. Its schema has to be ours to the
 * letter: a trigger, a view or a generated column of a stranger's file would be run by whoever reads it.
 *
 * @param path the capture as its user named it
 * @throws DocktapeError `CAPTURE`
 */
export function checkIdentity(database: Database, path: string): void {
  const applicationId = database.pragma('application_id');
  if (applicationId !== APPLICATION_ID) throw captureError(path, 'is not a capture: it is another SQLite database');
  const version = Number(database.pragma('user_version'));
  if (version > FORMAT_VERSION) {
    throw captureError(
      path,
      `has capture format ${version}, this docktape reads formats up to ${FORMAT_VERSION}: install a newer docktape`,
    );
  }
  const schema = SCHEMAS.get(version);
  if (!schema) throw new CaptureDamage(path, `it says capture format ${version}, and formats begin at 1`);
  if (database.pragma('encoding') !== 'UTF-8') {
    throw captureError(path, 'is not a capture as docktape writes it: its text is not UTF-8');
  }
  checkSchema(database, path, schema);
}

function checkSchema(database: Database, path: string, schema: ReadonlyMap<string, string>): void {
  const objects = database.prepare<[], SchemaObject>('SELECT type, name, sql FROM sqlite_schema').all();
  const stranger = objects.find(({ name, sql }) => schema.get(name) !== sql);
  if (stranger) {
    const what = schema.has(stranger.name) ? 'an altered' : 'a foreign';
    throw captureError(
      path,
      `is not a capture as docktape writes it: it has ${what} ${stranger.type} '${printable(stranger.name)}'`,
    );
  }
  if (objects.length !== schema.size) {
    const missing = [...schema.keys()].find((name) => !objects.some((object) => object.name === name));
    throw new CaptureDamage(path, `its '${missing}' is missing`);
  }
}

/** A name out of a stranger's file, fit for a line of an error message. */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '?').slice(0, 60);
}
