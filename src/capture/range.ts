import type { Database } from 'better-sqlite3';
import { CaptureDamage, captureError } from './capture-error.js';
import type { Selection } from './selection.js';
import type { Session } from './session.js';
import { readSessions } from './session-rows.js';

/** The stretch of a capture in which all selected events lie: `seq` from `first` to `last`. Empty when `last < first`. */
export interface Range {
  readonly first: number;
  readonly last: number;
  /** Set when not every event of the stretch is selected: times do not always rise along it, and sessions may interleave. */
  readonly filter?: RowFilter;
}

/** Which rows of the stretch are selected. */
export interface RowFilter {
  /** What to add to `WHERE seq BETWEEN ? AND ?`, and the values that it takes. */
  readonly sql: string;
  readonly values: readonly (bigint | number)[];
  /** The table with the index that makes counting them quick. */
  readonly from: string;
  /** How many events are selected. */
  readonly count: number;
}

/** The smallest part of a capture that has each event's number and time. */
export const BY_TIME = 'events INDEXED BY events_by_time';

/** Sessions that an error message lists one by one. */
const LISTED = 10;

const INT64_MAX = 2n ** 63n - 1n;

/**
 * Finds the selected events without reading any of their payloads.
 *
 * @throws DocktapeError `CAPTURE` when there is no such session
 */
export function rangeOf(database: Database, path: string, selection: Selection): Range {
  const whole = wholeCapture(database, path);
  if (selection.session === undefined) return filtered(database, whole, selection);
  const { id, interleaved } = chosenSession(path, readSessions(database, path), selection.session);
  if (interleaved) return filtered(database, whole, selection, id);
  return filtered(database, stretchOf(database, whole, id), selection);
}

/** The first and last event, and a check that `seq` counts as it must. */
function wholeCapture(database: Database, path: string): Range {
  const bounds = database
    .prepare<[], [bigint | null, bigint | null]>('SELECT (SELECT min(seq) FROM events), (SELECT max(seq) FROM events)')
    .raw()
    .safeIntegers()
    .get();
  const [first, last] = [Number(bounds?.[0] ?? 1n), Number(bounds?.[1] ?? 0n)];
  if (first < 1 || last > Number.MAX_SAFE_INTEGER) {
    throw new CaptureDamage(path, `its events are numbered ${first} to ${last}`);
  }
  return { first, last };
}

function chosenSession(path: string, sessions: readonly Session[], wanted: number | 'last'): Session {
  const session = wanted === 'last' ? sessions.at(-1) : sessions.find(({ id }) => id === wanted);
  if (session !== undefined) return session;
  const ids = sessions.map(({ id }) => id);
  const known = ids.length <= LISTED ? ids.join(', ') : `${ids[0]} to ${ids.at(-1)}`;
  throw captureError(path, ids.length === 0 ? 'has no session yet' : `has no session ${wanted}: it has ${known}`);
}

/** A session's events are contiguous unless they interleave, and sessions stand in the order of their numbers. */
function stretchOf(database: Database, whole: Range, session: number): Range {
  const first = firstOfSession(database, whole, session);
  return { first, last: firstOfSession(database, whole, session + 1) - 1 };
}

/** The `seq` of the first event that belongs to `session` or a later one; past the end when there is none. Bisects. */
function firstOfSession(database: Database, whole: Range, session: number): number {
  const sessionFrom = database
    .prepare<[number], number>('SELECT session FROM events WHERE seq >= ? ORDER BY seq LIMIT 1')
    .pluck();
  let [low, high] = [whole.first, whole.last + 1];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if ((sessionFrom.get(middle) ?? 0) >= session) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Narrows the stretch to the outermost events of these times, and of this session when it has to be looked for. */
function filtered(database: Database, { first, last }: Range, { since, until }: Selection, session?: number): Range {
  const hasTimes = since !== undefined || until !== undefined;
  if (!hasTimes && session === undefined) return { first, last };
  const sql = `${hasTimes ? ' AND ts BETWEEN ? AND ?' : ''}${session === undefined ? '' : ' AND session = ?'}`;
  const values = [...(hasTimes ? [since ?? 0n, until ?? INT64_MAX] : []), ...(session === undefined ? [] : [session])];
  const from = session === undefined ? BY_TIME : 'events NOT INDEXED';
  const row = database
    .prepare<unknown[], [number | null, number | null, number]>(
      `SELECT min(seq), max(seq), count(*) FROM ${from} WHERE seq BETWEEN ? AND ?${sql}`,
    )
    .raw()
    .get(first, last, ...values);
  const [lowest, highest, count] = row ?? [null, null, 0];
  return { first: lowest ?? 1, last: highest ?? 0, filter: { sql, values, from, count } };
}
