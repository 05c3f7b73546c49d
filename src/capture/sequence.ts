import type { Database } from 'better-sqlite3';
import { BY_TIME, type Range } from './range.js';

/** Events in a row without a hole: the one at `position` has the number `seq`, the next one `seq + 1`, and so on. */
interface Run {
  readonly position: number;
  readonly seq: number;
}

/** How many events are selected. */
export function countOf(database: Database, range: Range): number {
  if (range.last < range.first) return 0;
  if (range.filter) return range.filter.count;
  if (isDense(database)) return range.last - range.first + 1;
  return Number(
    database
      .prepare<[number, number], number>(`SELECT count(*) FROM ${BY_TIME} WHERE seq BETWEEN ? AND ?`)
      .pluck()
      .get(range.first, range.last),
  );
}

/** The numbers of the selected events, by their positions. */
export interface Sequence {
  /** How many events there are. */
  readonly count: number;
  /** The `seq` of the event at a position: 1 for the first. */
  at(position: number): number;
}

/**
 * Finds the numbers of the selected events. Nearly always the selection has no hole and that is an addition; otherwise it
 * searches the runs between the holes.
 */
export function sequenceIn(database: Database, range: Range): Sequence {
  const count = countOf(database, range);
  const runs = count === range.last - range.first + 1 ? [{ position: 1, seq: range.first }] : runsOf(database, range);
  return {
    count,
    at(position) {
      if (!Number.isInteger(position) || position < 1 || position > count) {
        throw new RangeError(`the selection has ${count} events, so none at position ${position}`);
      }
      const run = runs[lastStartingBy(runs, position)] as Run;
      return run.seq + (position - run.position);
    },
  };
}

/** Whether the capture's numbers have no hole, as docktape writes it. Counting is quick: it reads the smallest index only. */
function isDense(database: Database): boolean {
  const sql =
    'SELECT (SELECT max(seq) FROM events) - (SELECT min(seq) FROM events) + 1 = (SELECT count(*) FROM events)';
  return database.prepare<[], number>(sql).pluck().get() === 1;
}

function runsOf(database: Database, { first, last, filter }: Range): Run[] {
  const rows = database
    .prepare<unknown[], [number, number]>(
      `SELECT min(seq), count(*) FROM (
         SELECT seq, seq - row_number() OVER (ORDER BY seq) AS run FROM ${filter?.from ?? BY_TIME} WHERE seq BETWEEN ? AND ?${filter?.sql ?? ''}
       ) GROUP BY run ORDER BY 1`,
    )
    .raw()
    .all(first, last, ...(filter?.values ?? []));
  let position = 1;
  return rows.map(([seq, length]) => {
    const run = { position, seq };
    position += length;
    return run;
  });
}

/** The index of the last run that starts at `position` or before it. Bisects. */
function lastStartingBy(runs: readonly Run[], position: number): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle]?.position ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
