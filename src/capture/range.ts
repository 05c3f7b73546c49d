import type { Database } from 'better-sqlite3';
import { captureError } from './capture-error.js';
import type { Selection } from './selection.js';

/** The stretch of a capture in which all selected events lie: `seq` from `first` to `last`. Empty when `last < first`. */
export interface Range {
  readonly first: number;
  readonly last: number;
  /** Set when not every event of the stretch is selected: times do not always rise along it. */
  readonly times?: SelectedTimes;
}

export interface SelectedTimes {
  readonly since: bigint;
  readonly until: bigint;
  /** How many events of the stretch are selected. */
  readonly count: number;
}

/** Sessions that an error message lists one by one. */
const LISTED = 10;

const INT64_MAX = 2n ** 63n - 1n;

/**
 * Finds the selected events without reading any of them.
 *
 * @param sessions the numbers of the capture's sessions, ascending
 * @throws DocktapeError `CAPTURE` when there is no such session
 */
export function rangeOf(database: Database, path: string, sessions: readonly number[], selection: Selection): Range {
  const stretch =
    selection.session === undefined
      ? wholeCapture(database, path)
      : stretchOf(database, path, chosenSession(path, sessions, selection.session));
  if (selection.since === undefined && selection.until === undefined) return stretch;
  return withTimes(database, stretch, selection.since ?? 0n, selection.until ?? INT64_MAX);
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
    throw captureError(path, `is damaged: its events are numbered ${first} to ${last}`);
  }
  return { first, last };
}

function chosenSession(path: string, sessions: readonly number[], wanted: number | 'last'): number {
  const session = wanted === 'last' ? sessions.at(-1) : wanted;
  if (session !== undefined && sessions.includes(session)) return session;
  const known = sessions.length <= LISTED ? sessions.join(', ') : `${sessions[0]} to ${sessions.at(-1)}`;
  throw captureError(path, sessions.length === 0 ? 'has no session yet' : `has no session ${wanted}: it has ${known}`);
}

/** A session's events are contiguous, and sessions stand in the order of their numbers. */
function stretchOf(database: Database, path: string, session: number): Range {
  const whole = wholeCapture(database, path);
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

/** Narrows the stretch to the outermost events of these times, by the index of times alone. */
function withTimes(database: Database, { first, last }: Range, since: bigint, until: bigint): Range {
  const row = database
    .prepare<[bigint, bigint, number, number], [number | null, number | null, number]>(
      `SELECT min(seq), max(seq), count(*) FROM events INDEXED BY events_by_time
       WHERE ts BETWEEN ? AND ? AND seq BETWEEN ? AND ?`,
    )
    .raw()
    .get(since, until, first, last);
  const [from, to, count] = row ?? [null, null, 0];
  return { first: from ?? 1, last: to ?? 0, times: { since, until, count } };
}
