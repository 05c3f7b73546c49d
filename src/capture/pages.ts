import type { Database } from 'better-sqlite3';
import { CaptureDamage } from './capture-error.js';
import type { Range } from './range.js';
import { LARGEST_PAYLOAD } from './schema.js';

/** Some of the selected events, as lines. */
export interface EventPage {
  readonly count: number;
  /** `count` lines, each ended by a newline. */
  readonly bytes: Buffer;
}

/** Bytes that a page aims at: more makes nothing faster, less costs more calls. */
const TARGET_BYTES = 512 * 1024;

/** Bytes that a page of more than one event may have. */
const LARGEST_PAGE = 4 * 1024 * 1024;

/** Numbers that the first page spans: the first event should come soon. */
const FIRST_SPAN = 16;

/** Numbers that a page spans at most, however small or sparse the events are. */
const LARGEST_SPAN = 65_536;

const NEWLINE = 0x0a;

/** How each event's line begins: with its time and a space, or with the payload at once. */
export type LineStyle = 'timed' | 'plain';

/** What is in a stretch of the capture: how many of the selected events, and the lines of those that are not too long. */
interface Stretch {
  readonly count: number;
  /** Absent when there is no such event. */
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
  if (range.last < range.first) return;
  checkTimes(database, path);
  const look = lookInto(database, range, style);
  let span = FIRST_SPAN;
  for (let first = range.first; first <= range.last; ) {
    const last = Math.min(first + span - 1, range.last);
    const width = last - first + 1;
    const allowed = width === 1 ? LARGEST_PAYLOAD : Math.floor(LARGEST_PAGE / width);
    let stretch = look(first, last, allowed);
    if (stretch.count === 0) {
      // Nothing of these times, or a hole: farther on in larger steps.
      span = Math.min(4 * width, LARGEST_SPAN);
      first = nextAfter(database, last) ?? range.last + 1;
      continue;
    }
    if (!isWhole(stretch)) {
      const bytes = bytesOf(database, path, first, last);
      if (bytes > LARGEST_PAGE && width > 1) {
        span = Math.max(1, Math.floor((width * TARGET_BYTES) / bytes));
        continue;
      }
      stretch = look(first, last, LARGEST_PAYLOAD);
      if (!isWhole(stretch)) throw damage(database, path, first, last);
    }
    const { count, lines } = stretch as { readonly count: number; readonly lines: Buffer };
    yield { count, bytes: lines };
    span = Math.max(1, Math.min(Math.floor((width * TARGET_BYTES) / lines.length), 4 * width, LARGEST_SPAN));
    first = last + 1;
  }
}

/** Prepares the look into a stretch, in which payloads over `allowed` bytes are counted but not read. */
function lookInto(
  database: Database,
  { filter }: Range,
  style: LineStyle,
): (first: number, last: number, allowed: number) => Stretch {
  const line = style === 'timed' ? "ts || ' ' || payload || char(10)" : 'payload || char(10)';
  // NOT INDEXED: by the number, which is the order of arrival, and not by the index of times.
  const statement = database
    .prepare<unknown[], [number, Buffer | null]>(
      `SELECT count(*), CAST(group_concat(${line}, '') FILTER (WHERE octet_length(payload) <= ?) AS BLOB)
       FROM events NOT INDEXED WHERE seq BETWEEN ? AND ?${filter?.sql ?? ''}`,
    )
    .raw();
  const values = filter?.values ?? [];
  return (first, last, allowed) => {
    const [count, lines] = statement.get(allowed, first, last, ...values) ?? [0, null];
    return { count, lines };
  };
}

/**
 * Whether each event is one line. Otherwise a payload was too long; or the file is damaged, and its lines would be other
 * events to whoever reads them.
 */
function isWhole({ count, lines }: Stretch): boolean {
  if (lines === null) return count === 0;
  let newlines = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) newlines += 1;
  return newlines === count;
}

/** The bytes of all payloads of a stretch. */
function bytesOf(database: Database, path: string, first: number, last: number): number {
  const [bytes, longest] = database
    .prepare<[number, number], [number, number]>(
      `SELECT total(octet_length(payload)), ifnull(max(octet_length(payload)), 0)
       FROM events NOT INDEXED WHERE seq BETWEEN ? AND ?`,
    )
    .raw()
    .get(first, last) ?? [0, 0];
  if (longest > LARGEST_PAYLOAD && first === last) {
    throw new CaptureDamage(path, `${longest} bytes are more than an event can have`, first);
  }
  return bytes;
}

function nextAfter(database: Database, seq: number): number | undefined {
  const sql = 'SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT 1';
  return database.prepare<[number], number>(sql).pluck().get(seq);
}

/** The index knows the least and the greatest time; a text is greater than any number. */
function checkTimes(database: Database, path: string): void {
  const bounds = database
    .prepare<[], [unknown, unknown]>('SELECT (SELECT min(ts) FROM events), (SELECT max(ts) FROM events)')
    .raw()
    .safeIntegers()
    .get();
  const isSound = bounds?.every((time) => typeof time === 'bigint' && time >= 0n);
  if (!isSound) throw new CaptureDamage(path, 'it has times that are no number from 0');
}

function damage(database: Database, path: string, first: number, last: number): CaptureDamage {
  const culprit = database
    .prepare<[number, number], number>(
      `SELECT seq FROM events NOT INDEXED WHERE seq BETWEEN ? AND ?
       AND (typeof(ts) <> 'integer' OR typeof(payload) <> 'text' OR instr(CAST(payload AS BLOB), x'0a') > 0) ORDER BY seq LIMIT 1`,
    )
    .pluck()
    .get(first, last);
  return new CaptureDamage(path, 'its payload is not one line', culprit ?? first);
}
