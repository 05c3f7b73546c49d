import type { Database } from 'better-sqlite3';

/** Where a session's events stand. */
export interface Stretch {
  readonly session: number;
  /** The `seq` of its first and of its last event. */
  readonly first: number;
  readonly last: number;
  readonly events: number;
}

/** The stretches of all sessions that have events, in the order of their first. Reads the whole capture. */
export function stretchesIn(database: Database): Stretch[] {
  return database
    .prepare<[], Stretch>(
      `SELECT session, min(seq) AS first, max(seq) AS last, count(*) AS events
       FROM events NOT INDEXED GROUP BY session ORDER BY first`,
    )
    .all();
}

/** The sessions whose stretch overlaps with another's, and those that do not stand in the order of their ids. */
export function interleavedSessions(stretches: readonly Stretch[]): ReadonlySet<number> {
  const interleaved = new Set<number>();
  let widest: Stretch | undefined;
  for (const stretch of stretches) {
    if (widest !== undefined && (stretch.first <= widest.last || stretch.session < widest.session)) {
      interleaved.add(stretch.session).add(widest.session);
    }
    if (widest === undefined || stretch.last > widest.last) widest = stretch;
  }
  return interleaved;
}
