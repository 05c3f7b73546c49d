import type { Database } from 'better-sqlite3';
import type { Gap, Session } from './session.js';

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

/** The sessions in the order of their numbers. */
export function readSessions(database: Database): Session[] {
  const rows = database.prepare<[], SessionRow>('SELECT * FROM sessions ORDER BY id').safeIntegers().all();
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

/** The gaps in the order of the stream. */
export function readGaps(database: Database): Gap[] {
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

/** A member that is left out when there is no value. */
function given<K extends string, T>(key: K, value: T | null): { [P in K]?: T } {
  return value === null ? {} : ({ [key]: value } as { [P in K]: T });
}
