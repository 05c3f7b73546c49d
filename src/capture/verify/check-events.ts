import type { Database } from 'better-sqlite3';
import { knowsContexts, LACKS_CONTEXT, MISSING_CONTEXT } from '../contexts.js';
import { LARGEST_PAYLOAD } from '../schema.js';
import type { Session } from '../session.js';
import type { Stretch } from '../stretches.js';
import type { Findings } from './finding.js';

/** Event numbers that are looked at in one step. */
const SPAN = 2_000;

/** What was found of the events. */
export interface CheckedEvents {
  readonly events: number;
  /** Where each session's events stand, in the order of their first. */
  readonly stretches: readonly Stretch[];
  /** Places at which numbers are left out. */
  readonly holes: number;
  /** Events that are not JSON. */
  readonly notJson: number;
}

interface Look {
  readonly events: number;
  readonly oversized: number;
  readonly untyped: number;
  readonly early: number;
  readonly manyLines: number;
  readonly contextless: number;
  readonly notJson: number;
}

// A payload that is too large is not read: everything else is asked about the others only.
const payload = `CASE WHEN octet_length(payload) <= ${LARGEST_PAYLOAD} THEN payload END`;

/** Checks of events, as conditions that hold for those that are not as they should be. */
const CHECKS = {
  oversized: `octet_length(payload) > ${LARGEST_PAYLOAD}`,
  untyped: "typeof(session) <> 'integer' OR typeof(ts) <> 'integer' OR typeof(payload) <> 'text'",
  early: 'ts < 0',
  manyLines: `instr(CAST(${payload} AS BLOB), x'0a') > 0`,
  contextless: LACKS_CONTEXT,
} as const;

const PROBLEMS: Readonly<Record<keyof typeof CHECKS, string>> = {
  oversized: 'more bytes than an event can have',
  untyped: 'a column holds a value of another type',
  early: 'its time is before 1970',
  manyLines: 'its payload is not one line',
  contextless: MISSING_CONTEXT,
};

/**
 * Looks at every event, in steps: after each, the number of the last event that was looked at is given out.
 *
 * @param sessions the capture's sessions
 */
export function* checkEvents(
  database: Database,
  sessions: readonly Session[],
  problems: Findings,
): Generator<number, CheckedEvents> {
  const known = new Set(sessions.map(({ id }) => id));
  const stretches = new Map<number, Stretch>();
  const next = database.prepare<[number], number>('SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT 1').pluck();
  const hasContexts = knowsContexts(database);
  const looks = Object.entries(CHECKS).map(
    ([name, sql]) => `total(${name === 'contextless' && !hasContexts ? 0 : sql}) AS ${name}`,
  );
  const look = database.prepare<[number, number], Look>(
    `SELECT count(*) AS events, ${looks.join(', ')}, total(NOT json_valid(${payload})) AS notJson
     FROM events NOT INDEXED WHERE seq BETWEEN ? AND ?`,
  );
  const perSession = database.prepare<[number, number], Stretch>(
    `SELECT session, min(seq) AS first, max(seq) AS last, count(*) AS events
     FROM events NOT INDEXED WHERE seq BETWEEN ? AND ? GROUP BY session`,
  );
  let [events, notJson, holes, last] = [0, 0, 0, 0];
  const least = database.prepare<[], number | null>('SELECT min(seq) FROM events').pluck().get() ?? 1;
  if (least < 1)
    problems.add('event numbers', { text: `events are numbered from ${least} on, not from 1`, seq: least });
  for (let first = next.get(Math.min(0, least - 1)); first !== undefined; first = next.get(last)) {
    if (first > last + 1) holes += 1;
    last = first + SPAN - 1;
    if (last > Number.MAX_SAFE_INTEGER) {
      problems.add('event numbers', { text: 'its number is higher than any event has', seq: first });
      break;
    }
    const seen = look.get(first, last);
    if (seen === undefined) break;
    events += seen.events;
    notJson += seen.notJson;
    for (const name of Object.keys(CHECKS) as (keyof typeof CHECKS)[]) {
      if (seen[name] > 0) list(database, name, first, last, problems);
    }
    const parts = perSession.all(first, last);
    for (const part of parts) {
      if (known.has(part.session)) extend(stretches, part);
      else
        problems.add('events of unknown sessions', {
          text: `no session ${part.session} is in the capture`,
          seq: part.first,
        });
    }
    if (seen.events < SPAN) holes += innerHoles(database, first, last);
    yield last;
  }
  const inOrder = [...stretches.values()].sort((a, b) => a.first - b.first);
  return { events, stretches: inOrder, holes, notJson };
}

/** Names the events for which a check fails. */
function list(database: Database, name: keyof typeof CHECKS, first: number, last: number, problems: Findings): void {
  const culprits = database
    .prepare<[number, number], number>(
      `SELECT seq FROM events NOT INDEXED WHERE seq BETWEEN ? AND ? AND (${CHECKS[name]}) ORDER BY seq`,
    )
    .pluck()
    .all(first, last);
  for (const seq of culprits) problems.add(`events like that: ${PROBLEMS[name]}`, { text: PROBLEMS[name], seq });
}

function extend(stretches: Map<number, Stretch>, part: Stretch): void {
  const before = stretches.get(part.session);
  stretches.set(
    part.session,
    before === undefined
      ? part
      : {
          session: part.session,
          first: Math.min(before.first, part.first),
          last: Math.max(before.last, part.last),
          events: before.events + part.events,
        },
  );
}

/** Holes within a span; what is missing at its end is a hole only when something follows, and is counted with that. */
function innerHoles(database: Database, first: number, last: number): number {
  const sql = `SELECT count(*) FROM (
      SELECT seq - lag(seq) OVER (ORDER BY seq) AS step FROM events INDEXED BY events_by_time WHERE seq BETWEEN ? AND ?
    ) WHERE step > 1`;
  return database.prepare<[number, number], number>(sql).pluck().get(first, last) ?? 0;
}
