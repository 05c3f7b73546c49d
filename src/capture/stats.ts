import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { knowsContexts } from './contexts.js';
import type { Range } from './range.js';
import type { Selection } from './selection.js';
import { countOf } from './sequence.js';
import type { Gap, Session } from './session.js';
import { readGaps, readSessions } from './session-rows.js';

/** What a capture, or a session of it, holds. Times are nanoseconds since the epoch; absent when there is no event. */
export interface Content {
  readonly events: number;
  /** Bytes of the lines, newlines included. */
  readonly bytes: number;
  /** How many of the events have a context. */
  readonly withContext: number;
  readonly firstTime?: bigint;
  readonly lastTime?: bigint;
}

/** How often a kind of event occurs. Type or action is absent where a payload has none, or is no JSON. */
export interface KindCount {
  readonly type?: string;
  /** The action up to its first `": "`: what follows is a command or a result, and nearly always another. */
  readonly action?: string;
  readonly events: number;
}

export interface CaptureStats extends Content {
  /** Bytes of the file. */
  readonly size: number;
  readonly sessions: readonly (Session & Content)[];
  /** The most frequent first. */
  readonly kinds: readonly KindCount[];
  readonly gaps: readonly Gap[];
}

/** Kinds that are listed, and characters of each that are told apart: made-up actions must not fill the memory. */
const KINDS = 1_000;
const KIND_CHARACTERS = 200;

/**
 * @param path the capture as its user named it
 * @param rangeOf where the selected events are
 */
export function statsOf(database: Database, path: string, rangeOf: (selection: Selection) => Range): CaptureStats {
  const sessions = readSessions(database, path).map((session) => ({
    ...session,
    ...contentOf(database, rangeOf({ session: session.id })),
  }));
  const filled = sessions.filter((session) => session.events > 0);
  const total = (pick: (content: Content) => number) => filled.reduce((sum, session) => sum + pick(session), 0);
  return {
    size: statSync(database.name).size,
    events: total((content) => content.events),
    bytes: total((content) => content.bytes),
    withContext: total((content) => content.withContext),
    ...timesOf(
      extreme(
        filled.map((session) => session.firstTime),
        (a, b) => a < b,
      ),
      extreme(
        filled.map((session) => session.lastTime),
        (a, b) => a > b,
      ),
    ),
    sessions,
    kinds: kindsOf(database),
    gaps: readGaps(database, path),
  };
}

function contentOf(database: Database, range: Range): Content {
  const events = countOf(database, range);
  const row = database
    .prepare<unknown[], [bigint | null, bigint, bigint | null, bigint | null]>(
      `SELECT sum(octet_length(payload)), ${knowsContexts(database) ? 'count(context)' : 0}, min(ts), max(ts) FROM events NOT INDEXED
       WHERE seq BETWEEN ? AND ?${range.filter?.sql ?? ''}`,
    )
    .raw()
    .safeIntegers()
    .get(range.first, range.last, ...(range.filter?.values ?? []));
  const [bytes, withContext, first, last] = row ?? [null, 0n, null, null];
  return { events, bytes: Number(bytes) + events, withContext: Number(withContext), ...timesOf(first, last) };
}

function kindsOf(database: Database): KindCount[] {
  const rows = database
    .prepare<[number, number, number], [string | null, string | null, number]>(
      `SELECT substr(CAST(type AS TEXT), 1, ?),
         substr(iif(instr(action, ': ') > 0, substr(action, 1, instr(action, ': ') - 1), CAST(action AS TEXT)), 1, ?),
         count(*)
       FROM decoded_events GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?`,
    )
    .raw()
    .all(KIND_CHARACTERS, KIND_CHARACTERS, KINDS);
  return rows.map(([type, action, events]) => ({
    ...(type === null ? {} : { type }),
    ...(action === null ? {} : { action }),
    events,
  }));
}

function timesOf(
  first: bigint | null | undefined,
  last: bigint | null | undefined,
): Pick<Content, 'firstTime' | 'lastTime'> {
  return { ...(first == null ? {} : { firstTime: first }), ...(last == null ? {} : { lastTime: last }) };
}

function extreme(
  times: readonly (bigint | undefined)[],
  isBetter: (a: bigint, b: bigint) => boolean,
): bigint | undefined {
  return times.reduce(
    (best, time) => (best === undefined || (time !== undefined && isBetter(time, best)) ? time : best),
    undefined,
  );
}
