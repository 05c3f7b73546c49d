/**
 * The capture's format; docs/capture-format.md explains it to other programs. The statements are compared with those in a
 * file byte for byte (see identity.ts), so a change of a single character here is a new format version.
 */

/** "DKTP" in SQLite's `application_id`: tells a capture from any other SQLite file. */
export const APPLICATION_ID = 0x444b5450;

/** SQLite's `user_version` in a capture that is written now. */
export const FORMAT_VERSION = 2;

/** At 600-byte events, pages of 16 KiB hold 1.08 times the JSON lines' bytes; pages of 4 KiB would hold 1.17 times. */
export const PAGE_SIZE = 16_384;

/** The largest payload that is read back. The line splitter's bound is half of it. */
export const LARGEST_PAYLOAD = 128 * 1024 * 1024;

/** The largest context that is read back: with the largest payload, it fits a frame between plugin and source host. */
export const LARGEST_CONTEXT = 64 * 1024 * 1024;

const sessions1 = `CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  how TEXT NOT NULL CHECK (how IN ('record', 'import')),
  started INTEGER NOT NULL,
  ended INTEGER,
  clean INTEGER NOT NULL DEFAULT 0,
  docktape TEXT NOT NULL,
  endpoint TEXT,
  daemon_id TEXT,
  engine_version TEXT,
  api_version TEXT,
  host_name TEXT,
  condition TEXT,
  tail TEXT NOT NULL DEFAULT (char(10))
) STRICT`;

const events1 = `CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions (id),
  ts INTEGER NOT NULL,
  payload TEXT NOT NULL
) STRICT`;

const eventsByTime = 'CREATE INDEX events_by_time ON events (ts)';

const gaps = `CREATE TABLE gaps (
  id INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions (id),
  after_seq INTEGER NOT NULL,
  from_ts INTEGER,
  to_ts INTEGER,
  reason TEXT NOT NULL,
  certain INTEGER NOT NULL
) STRICT`;

/** What is known of what events are about. Many events have the same. */
const contexts = `CREATE TABLE contexts (
  id INTEGER PRIMARY KEY,
  json TEXT NOT NULL
) STRICT`;

/** The tables that format 2 adds to format 1, and the columns that it adds to each of the others. */
export const ADDED_BY_FORMAT_2 = {
  tables: [contexts],
  columns: {
    sessions: ['redaction TEXT', 'interleaved INTEGER NOT NULL DEFAULT 0'],
    events: ['context INTEGER REFERENCES contexts (id)'],
  },
} as const;

/**
 * What SQLite makes of a payload, for people with a SQLite shell. A view and not generated columns: SQLite computes those
 * on every insert, which halves the rate of a recording, and no payload can fail an insert that does not look at it.
 */
const decodedEvents = `CREATE VIEW decoded_events AS
SELECT
  seq,
  session,
  ts,
  CASE WHEN json_valid(payload) THEN payload ->> '$.Type' END AS type,
  CASE WHEN json_valid(payload) THEN payload ->> '$.Action' END AS action,
  CASE WHEN json_valid(payload) THEN payload ->> '$.Actor.ID' END AS actor_id,
  payload
FROM events`;

/** Every object of the schema by name, for each format version that can be read. */
export const SCHEMAS: ReadonlyMap<number, ReadonlyMap<string, string>> = new Map([
  [1, schemaOf({ sessions: sessions1, events: events1 })],
  [FORMAT_VERSION, newestSchema()],
]);

/** The schema of a new capture. */
export const SCHEMA: ReadonlyMap<string, string> = newestSchema();

function newestSchema(): ReadonlyMap<string, string> {
  const { sessions, events } = ADDED_BY_FORMAT_2.columns;
  return schemaOf({ contexts, sessions: altered(sessions1, sessions), events: altered(events1, events) });
}

function schemaOf(tables: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(tables),
    ['events_by_time', eventsByTime],
    ['gaps', gaps],
    ['decoded_events', decodedEvents],
  ]);
}

/** A table as SQLite's ALTER TABLE leaves it, so that a capture that was upgraded has the same schema as a new one. */
function altered(table: string, columns: readonly string[]): string {
  return table.replace(/\) STRICT$/, `, ${columns.join(', ')}) STRICT`);
}
