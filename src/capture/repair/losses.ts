import type { Database } from 'better-sqlite3';
import type { Pace } from '../pace.js';
import type { Gap } from '../session.js';
import { timeEntries } from './event-index.js';
import type { PageSource } from './page-source.js';
import type { Survey } from './survey.js';

/** Numbers in a row that no recovered event has. */
export interface Loss {
  /** The first and the last; the last is absent when it is not known how far the capture went. */
  readonly first: number;
  readonly last?: number;
  /** Whether events of these numbers were there for certain. */
  readonly certain: boolean;
}

interface Neighbour {
  readonly seq: bigint;
  readonly session: bigint;
  readonly ts: bigint;
}

/**
 * What is missing among the recovered events, in the order of their numbers. A hole that the index of times, when it is
 * whole, knows nothing of was there before: somebody has deleted those events.
 *
 * @param database the new capture
 */
export async function lossesOf(database: Database, source: PageSource, found: Survey, pace: Pace): Promise<Loss[]> {
  const holes = holesOf(database);
  const count = database.prepare<[], number>('SELECT count(*) FROM events').pluck().get() ?? 0;
  const last = database.prepare<[], number | null>('SELECT max(seq) FROM events').pluck().get() ?? 0;
  const known = holes.map(() => 0);
  const later: number[] = [];
  let entries = 0;
  for await (const { seq } of timeEntries(source, found.indexPages, pace)) {
    entries += 1;
    const hole = holeWith(holes, seq);
    if (hole !== undefined) known[hole] = (known[hole] ?? 0) + 1;
    if (seq > last) later.push(seq);
  }
  const inHoles = known.reduce((sum, events) => sum + events, 0);
  const isIndexWhole = found.isIndexWhole && entries === count + inHoles + later.length;
  const losses: Loss[] = holes
    .filter((_, index) => !isIndexWhole || (known[index] ?? 0) > 0)
    .map(([first, end]) => ({ first, last: end, certain: true }));
  const highest = highestOf(later, last);
  if (highest > last) losses.push({ first: last + 1, last: highest, certain: true });
  else if (!isIndexWhole && !found.hasLastEvents) losses.push({ first: last + 1, certain: false });
  return losses;
}

/** A loss as a gap between the recovered events around it. */
export function gapOf(database: Database, { first, last, certain }: Loss): Gap {
  const neighbour = (sql: string, seq: number) =>
    database
      .prepare<[number], Neighbour>(`SELECT seq, session, ts FROM events WHERE ${sql} LIMIT 1`)
      .safeIntegers()
      .get(seq);
  const before = neighbour('seq < ? ORDER BY seq DESC', first);
  const after = last === undefined ? undefined : neighbour('seq > ? ORDER BY seq', last);
  // Times are not sorted.
  const isReversed = before !== undefined && after !== undefined && before.ts > after.ts;
  const [from, to] = isReversed ? [after.ts, before.ts] : [before?.ts, after?.ts];
  const events = last === first ? `event ${first}` : `events ${first} to ${last}`;
  return {
    session: Number((before ?? after)?.session ?? firstSession(database)),
    afterSeq: Number(before?.seq ?? 0),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    reason:
      last === undefined
        ? 'the file was damaged: later events may have been lost'
        : `the file was damaged: ${events} could not be recovered`,
    certain,
  };
}

function firstSession(database: Database): number {
  return database.prepare<[], number>('SELECT min(id) FROM sessions').pluck().get() ?? 1;
}

/** The numbers before the first event and between two events, each as the first and the last. */
function holesOf(database: Database): (readonly [number, number])[] {
  return database
    .prepare<[], [number, number]>(
      `SELECT before + 1, seq - 1 FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY seq) AS before FROM events NOT INDEXED)
       WHERE seq > before + 1 ORDER BY seq`,
    )
    .raw()
    .all();
}

/** The index of the hole that has this number. Bisects. */
function holeWith(holes: readonly (readonly [number, number])[], seq: number): number | undefined {
  let [low, high] = [0, holes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((holes[middle]?.[1] ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  const hole = holes[low];
  return hole !== undefined && hole[0] <= seq ? low : undefined;
}

/**
 * The highest of the index's numbers after the last recovered one. A damaged entry names some number far away; others have
 * a neighbour, because numbers have no hole as docktape writes them.
 */
function highestOf(later: number[], last: number): number {
  later.sort((a, b) => a - b);
  return later.reduce(
    (highest, seq, index) =>
      seq - (later[index - 1] ?? last) <= 1 || (later[index + 1] ?? seq + 2) - seq <= 1 ? seq : highest,
    last,
  );
}
