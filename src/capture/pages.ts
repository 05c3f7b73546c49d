import type { Database } from 'better-sqlite3';
import { captureError } from './capture-error.js';
import type { Range } from './range.js';
import { LARGEST_PAYLOAD } from './schema.js';

/** Some of the selected events, as lines. */
export interface EventPage {
  readonly count: number;
  /** `count` lines, each ended by a newline. */
  readonly bytes: Buffer;
}

/** Bytes that a page aims at: more makes nothing faster, less costs more calls. */
const TARGET_BYTES = 256 * 1024;

/** Bytes that a page of more than one event may have. */
const LARGEST_PAGE = 4 * 1024 * 1024;

/** Numbers that the first page spans: the first event should come soon. */
const FIRST_SPAN = 16;

/** Numbers that a page spans at most, however small or sparse the events are. */
const LARGEST_SPAN = 65_536;

const NEWLINE = 0x0a;

/** How each event's line begins: with its time and a space, or with the payload at once. */
export type LineStyle = 'timed' | 'plain';

/** A stretch that was looked at: what is in it, and the lines of the payloads that are not longer than was allowed. */
interface Stretch {
  readonly count: number;
  readonly minTime: unknown;
  readonly maxTime: unknown;
  /** Bytes of all payloads, and of the longest. */
  readonly bytes: number;
  readonly longest: number;
  readonly lines: Buffer | null;
}

/**
 * The selected events in the order of their arrival. SQLite itself joins the lines of a page and hands them over as one
 * blob, which is twice as fast as a row for each event. A page spans as many numbers as the pages before make likely to
 * be {@link TARGET_BYTES}; when it turns out to hold far more, it is cut, and nothing large was in memory for that.
 *
 * @throws DocktapeError `CAPTURE` that names the event when one is not as docktape writes it
 */
export function* pagesOf(database: Database, path: string, range: Range, style: LineStyle): Generator<EventPage> {
  const look = lookInto(database, range, style);
  let span = FIRST_SPAN;
  for (let first = range.first; first <= range.last; ) {
    const last = Math.min(first + span - 1, range.last);
    const width = last - first + 1;
    const allowed = width === 1 ? LARGEST_PAYLOAD : Math.floor(LARGEST_PAGE / width);
    let stretch = look(first, last, allowed);
    if (stretch.longest > allowed) {
      if (width === 1)
        throw captureError(path, `has ${stretch.longest} bytes in event ${first}, more than an event has`);
      if (stretch.bytes > LARGEST_PAGE) {
        span = Math.max(1, Math.floor((width * TARGET_BYTES) / stretch.bytes));
        continue;
      }
      stretch = look(first, last, LARGEST_PAGE);
    }
    if (stretch.count > 0) {
      checkStretch(database, path, first, last, stretch);
      yield { count: stretch.count, bytes: stretch.lines as Buffer };
      const fitting = Math.floor((width * TARGET_BYTES) / (stretch.bytes + stretch.count));
      span = Math.max(1, Math.min(fitting, 4 * width, LARGEST_SPAN));
      first = last + 1;
    } else {
      // Nothing of these times, or a hole: farther on in larger steps.
      span = Math.min(4 * width, LARGEST_SPAN);
      first = nextAfter(database, last) ?? range.last + 1;
    }
  }
}

/** Prepares the look into a stretch, in which payloads over `allowed` bytes are counted and measured but not read. */
function lookInto(
  database: Database,
  { times }: Range,
  style: LineStyle,
): (first: number, last: number, allowed: number) => Stretch {
  const line = style === 'timed' ? "ts || ' ' || payload || char(10)" : 'payload || char(10)';
  // NOT INDEXED: by the number, which is the order of arrival, and not by the index of times.
  const statement = database
    .prepare<unknown[], [bigint, unknown, unknown, bigint | null, bigint | null, Buffer | null]>(
      `SELECT
         count(*), min(ts), max(ts), sum(octet_length(payload)), max(octet_length(payload)),
         CAST(group_concat(${line}, '') FILTER (WHERE octet_length(payload) <= ?) AS BLOB)
       FROM events NOT INDEXED WHERE seq BETWEEN ? AND ?${times ? ' AND ts BETWEEN ? AND ?' : ''}`,
    )
    .raw()
    .safeIntegers();
  const bounds = times ? [times.since, times.until] : [];
  return (first, last, allowed) => {
    const row = statement.get(allowed, first, last, ...bounds);
    const [count, minTime, maxTime, bytes, longest, lines] = row ?? [0n, null, null, null, null, null];
    return { count: Number(count), minTime, maxTime, bytes: Number(bytes), longest: Number(longest), lines };
  };
}

function nextAfter(database: Database, seq: number): number | undefined {
  const sql = 'SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT 1';
  return database.prepare<[number], number>(sql).pluck().get(seq);
}

/** Lines that do not agree with the events would be other events to whoever reads them. */
function checkStretch(database: Database, path: string, first: number, last: number, stretch: Stretch): void {
  const timesAreSound = isTime(stretch.minTime) && isTime(stretch.maxTime);
  if (timesAreSound && stretch.lines !== null && newlinesIn(stretch.lines) === stretch.count) return;
  const culprit = database
    .prepare<[number, number], number>(
      `SELECT seq FROM events NOT INDEXED WHERE seq BETWEEN ? AND ? AND
       (typeof(ts) <> 'integer' OR ts < 0 OR typeof(payload) <> 'text' OR instr(CAST(payload AS BLOB), x'0a') > 0)
       ORDER BY seq LIMIT 1`,
    )
    .pluck()
    .get(first, last);
  throw captureError(
    path,
    `is damaged at event ${culprit ?? first}: a payload is text without a newline, a time a number from 0: record it again`,
  );
}

function isTime(value: unknown): boolean {
  return typeof value === 'bigint' && value >= 0n;
}

function newlinesIn(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
