import type { Database } from 'better-sqlite3';
import { CaptureDamage } from './capture-error.js';
import type { Gap, Session } from './session.js';

/** Bytes that all sessions, or all gaps, may take: they are read at once. */
const LARGEST_TABLE = 64 * 1024 * 1024;

/** Bytes of a row that holds no text. */
const ROW = 100;

interface SessionRow {
  readonly id: bigint;
  readonly how: 'record' | 'import';
  readonly started: bigint;
  readonly ended: bigint | null;
  readonly clean: bigint;
  readonly docktape: string;
  readonly endpoint: string | null;
  readonly daemon_id: string | null;
  readonly engine_version: string | null;
  readonly api_version: string | null;
  readonly host_name: string | null;
  readonly condition: string | null;
  readonly tail: string;
  // Not there in format 1.
  readonly redaction?: string | null;
  readonly interleaved?: bigint;
}

interface GapRow {
  readonly session: bigint;
  readonly after_seq: bigint;
  readonly from_ts: bigint | null;
  readonly to_ts: bigint | null;
  readonly reason: string;
  readonly certain: bigint;
}

/**
 * The sessions in the order of their numbers.
 *
 * @param path the capture as its user named it
 * @throws DocktapeError `CAPTURE` when they are not such as docktape writes them
 */
export function readSessions(database: Database, path: string): Session[] {
  checkSize(database, path, 'sessions');
  const rows = database.prepare<[], SessionRow>('SELECT * FROM sessions ORDER BY id').safeIntegers().all();
  const [first, last] = [rows[0]?.id ?? 1n, rows.at(-1)?.id ?? 1n];
  if (first < 1n || last > Number.MAX_SAFE_INTEGER) {
    throw new CaptureDamage(path, `its sessions are numbered ${first} to ${last}`);
  }
  return rows.map((row) => ({
    id: Number(row.id),
    how: row.how,
    started: row.started,
    ...given('ended', row.ended),
    clean: row.clean !== 0n,
    docktape: row.docktape,
    ...given('endpoint', row.endpoint),
    ...given('daemonId', row.daemon_id),
    ...given('engineVersion', row.engine_version),
    ...given('apiVersion', row.api_version),
    ...given('hostName', row.host_name),
    ...given('condition', row.condition),
    ...given('redaction', row.redaction ?? null),
    tail: row.tail,
    interleaved: (row.interleaved ?? 0n) !== 0n,
  }));
}

/** The gaps in the order of the stream; as {@link readSessions}. */
export function readGaps(database: Database, path: string): Gap[] {
  checkSize(database, path, 'gaps');
  const rows = database.prepare<[], GapRow>('SELECT * FROM gaps ORDER BY after_seq, id').safeIntegers().all();
  return rows.map((row) => ({
    session: Number(row.session),
    afterSeq: Number(row.after_seq),
    ...given('from', row.from_ts),
    ...given('to', row.to_ts),
    reason: row.reason,
    certain: row.certain !== 0n,
  }));
}

/** Looks before anything is read: a stranger's text may have a gigabyte. */
function checkSize(database: Database, path: string, table: string): void {
  const texts = database
    .prepare<[string], string>("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'")
    .pluck()
    .all(table);
  const lengths = texts.map((text) => `ifnull(octet_length(${text}), 0)`).join(' + ');
  const bytes = database.prepare<[], number>(`SELECT total(${ROW} + ${lengths}) FROM ${table}`).pluck().get() ?? 0;
  if (bytes > LARGEST_TABLE) throw new CaptureDamage(path, `its ${table} take ${bytes} bytes`);
}

/** A member that is left out when there is no value. */
function given<K extends string, T>(key: K, value: T | null): { [P in K]?: T } {
  return value === null ? {} : ({ [key]: value } as { [P in K]: T });
}
