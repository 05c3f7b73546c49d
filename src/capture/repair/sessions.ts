import type { Database } from 'better-sqlite3';
import type { NewCapture } from '../new-capture.js';
import type { Gap, Session } from '../session.js';
import { interleavedSessions, stretchesIn } from '../stretches.js';
import { docktapeVersion } from '../version.js';
import type { Salvaged } from './salvage.js';

/** What became of the sessions. */
export interface SessionRepair {
  /** Sessions of which only events or gaps are left: what was known of them is lost. */
  readonly invented: readonly number[];
  /** Events that were given to the session of their neighbours. */
  readonly reassigned: number;
}

/** Puts the sessions into the new capture, and makes those that recovered events and gaps name and that are lost. */
export function addSessions(capture: NewCapture, { sessions, gaps }: Salvaged): SessionRepair {
  const { database } = capture;
  const reassigned = reassign(database, sessions);
  const stretches = stretchesIn(database);
  const interleaved = interleavedSessions(stretches);
  const named = [...stretches.map(({ session }) => session), ...[...gaps.values()].map((gap: Gap) => gap.session)];
  const invented = [...new Set(named)].filter((id) => !sessions.has(id)).sort((a, b) => a - b);
  for (const session of sessions.values()) capture.session({ ...session, interleaved: interleaved.has(session.id) });
  for (const id of invented) capture.session(strangerOf(database, id, interleaved.has(id)));
  return { invented, reassigned };
}

/**
 * A single event between two of another session is theirs, and its number of the session damaged: the events of a session
 * are contiguous, unless sessions interleave.
 */
function reassign(database: Database, sessions: ReadonlyMap<number, Session>): number {
  const mayInterleave = [...sessions.values()].some(({ interleaved }) => interleaved);
  const strays = database
    .prepare<[], { readonly seq: number; readonly session: number; readonly before: number }>(
      `SELECT seq, session, before FROM (
         SELECT seq, session, lag(session) OVER (ORDER BY seq) AS before, lead(session) OVER (ORDER BY seq) AS after
         FROM events NOT INDEXED
       ) WHERE session <> before AND before = after`,
    )
    .all();
  const move = database.prepare<[number, number]>('UPDATE events SET session = ? WHERE seq = ?');
  const wrong = mayInterleave ? strays.filter(({ session }) => !sessions.has(session)) : strays;
  for (const { seq, before } of wrong) move.run(before, seq);
  return wrong.length;
}

/** What can still be said of a session whose row is lost. It counts as not closed. */
function strangerOf(database: Database, id: number, interleaved: boolean): Session {
  const started = database
    .prepare<[number], bigint | null>('SELECT min(ts) FROM events NOT INDEXED WHERE session = ?')
    .pluck()
    .safeIntegers()
    .get(id);
  return {
    id,
    how: 'record',
    started: started ?? 0n,
    clean: false,
    docktape: docktapeVersion,
    tail: '\n',
    interleaved,
  };
}
