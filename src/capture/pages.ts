import type { Database } from 'better-sqlite3';
import { CaptureDamage } from './capture-error.js';
import { ContextCheck, knowsContexts, LACKS_CONTEXT, MISSING_CONTEXT } from './contexts.js';
import type { Range } from './range.js';
import { LARGEST_CONTEXT, LARGEST_PAYLOAD } from './schema.js';

/** Some of the selected events, as lines. */
export interface EventPage {
  readonly count: number;
  /** `count` lines, each ended by a newline. */
  readonly bytes: Buffer;
}

/** Bytes of an event that is read, with its context. */
const LARGEST_LINE = LARGEST_PAYLOAD + LARGEST_CONTEXT;

/** Bytes that a page aims at: more makes nothing faster, less costs more calls. */
const TARGET_BYTES = 512 * 1024;

/** Bytes that a page of more than one event may have. */
const LARGEST_PAGE = 4 * 1024 * 1024;

/** Numbers that the first page spans: the first event should come soon. */
const FIRST_SPAN = 16;

/** Numbers that a page spans at most, however small or sparse the events are. */
const LARGEST_SPAN = 65_536;

const NEWLINE = 0x0a;

/** What each event's line has. */
export interface LineStyle {
  /** Whether it begins with its time and a space, and not with the payload at once. */
  readonly time: boolean;
  /** Whether its context is spliced in, where it has one. */
  readonly context: boolean;
}

/** What is in a stretch of the capture: how many of the selected events, and the lines of those that are not too long. */
interface Stretch {
  readonly count: number;
  /** The highest number of a context that these events have; absent when they have none, or it is not asked for. */
  readonly context: number | null;
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
  const look = lookInto(database, path, range, style);
  let span = FIRST_SPAN;
  for (let first = range.first; first <= range.last; ) {
    const last = Math.min(first + span - 1, range.last);
    const width = last - first + 1;
    const allowed = width === 1 ? LARGEST_LINE : Math.floor(LARGEST_PAGE / width);
    let stretch = look(first, last, allowed);
    if (stretch.count === 0) {
      // Nothing of these times, or a hole: farther on in larger steps.
      span = Math.min(4 * width, LARGEST_SPAN);
      first = nextAfter(database, last) ?? range.last + 1;
      continue;
    }
    if (!isWhole(stretch)) {
      const bytes = bytesOf(database, path, first, last, style);
      if (bytes > LARGEST_PAGE && width > 1) {
        span = Math.max(1, Math.floor((width * TARGET_BYTES) / bytes));
        continue;
      }
      stretch = look(first, last, LARGEST_LINE);
      if (!isWhole(stretch)) throw damage(database, path, first, last, style);
    }
    const { count, lines } = stretch as Stretch & { readonly lines: Buffer };
    yield { count, bytes: lines };
    span = Math.max(1, Math.min(Math.floor((width * TARGET_BYTES) / lines.length), 4 * width, LARGEST_SPAN));
    first = last + 1;
  }
}

type Look = (first: number, last: number, allowed: number) => Stretch;

/**
 * Prepares the look into a stretch, in which events over `allowed` bytes are counted but not read. As long as no event has a context,
 * none is looked for: that takes its time.
 */
function lookInto(database: Database, path: string, range: Range, style: LineStyle): Look {
  const hasContexts = style.context && knowsContexts(database);
  const plain = lookAs(database, range, {
    from: 'events NOT INDEXED',
    context: hasContexts ? 'max(context)' : 'NULL',
    fits: `octet_length(payload) <= min(?, ${LARGEST_PAYLOAD})`,
    line: lineOf('payload', style),
  });
  if (!hasContexts) return plain;
  const checks = new ContextCheck(database, path);
  let spliced: Look | undefined;
  return (first, last, allowed) => {
    const stretch = spliced?.(first, last, allowed) ?? plain(first, last, allowed);
    if (stretch.context === null) return stretch;
    checks.check(stretch.context);
    if (spliced) return stretch;
    spliced = lookAs(database, range, {
      from: WITH_CONTEXTS,
      context: 'max(context)',
      fits: `${BYTES_WITH_CONTEXT} <= ? AND octet_length(payload) <= ${LARGEST_PAYLOAD}`,
      line: lineOf(PAYLOAD_WITH_CONTEXT, style),
    });
    return spliced(first, last, allowed);
  };
}

/** Stands for an event without a line. More than one newline, so that the extra ones of another event do not make up for it. */
const NO_LINE = 'char(10, 10)';

/** What a look asks SQLite: from what, the highest context, whether an event is not over so many bytes, and its line. */
type Question = Readonly<Record<'from' | 'context' | 'fits' | 'line', string>>;

// NOT INDEXED: by the number, which is the order of arrival, and not by the index of times. Contexts are numbered from 1.
const WITH_CONTEXTS = 'events NOT INDEXED LEFT JOIN contexts ON id = context AND id > 0';

const BYTES_WITH_CONTEXT = 'octet_length(payload) + ifnull(octet_length(json), 0)';

/**
 * The payload with its context before its last brace, if it ends in one (see `withContext` in docker/enrichment). NULL, which makes
 * no line, when there is no such context.
 */
const PAYLOAD_WITH_CONTEXT = `CASE
  WHEN context IS NULL OR octet_length(payload) <= 2 OR substr(CAST(payload AS BLOB), -1) <> x'7d' THEN payload
  ELSE substr(CAST(payload AS BLOB), 1, octet_length(payload) - 1) || ',"docktape":' || json || '}' END`;

function lineOf(event: string, { time }: LineStyle): string {
  return time ? `ts || ' ' || ${event} || char(10)` : `${event} || char(10)`;
}

function lookAs(database: Database, { filter }: Range, { from, context, fits, line }: Question): Look {
  const statement = database
    .prepare<unknown[], [number, number | null, Buffer | null]>(
      `SELECT count(*), ${context}, CAST(group_concat(ifnull(CASE WHEN ${fits} THEN ${line} END, ${NO_LINE}), '') AS BLOB)
       FROM ${from} WHERE seq BETWEEN ? AND ?${filter?.sql ?? ''}`,
    )
    .raw();
  const values = filter?.values ?? [];
  return (first, last, allowed) => {
    const [count, highest, lines] = statement.get(allowed, first, last, ...values) ?? [0, null, null];
    return { count, context: highest, lines };
  };
}

/**
 * Whether each event is one line: none has less than one newline. Otherwise an event was too long; or the file is damaged, and its lines
 * would be other events to whoever reads them.
 */
function isWhole({ count, lines }: Stretch): boolean {
  if (lines === null) return count === 0;
  let newlines = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) newlines += 1;
  return newlines === count;
}

/** The bytes of all events of a stretch. */
function bytesOf(database: Database, path: string, first: number, last: number, style: LineStyle): number {
  const hasContexts = style.context && knowsContexts(database);
  const [bytes, longest] = database
    .prepare<[number, number], [number, number]>(
      `SELECT total(${hasContexts ? BYTES_WITH_CONTEXT : 'octet_length(payload)'}), ifnull(max(octet_length(payload)), 0)
       FROM ${hasContexts ? WITH_CONTEXTS : 'events NOT INDEXED'} WHERE seq BETWEEN ? AND ?`,
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

/** Names the event for which there is no line, or more than one. */
function damage(database: Database, path: string, first: number, last: number, style: LineStyle): CaptureDamage {
  const find = (condition: string) =>
    database
      .prepare<[number, number], number>(
        `SELECT seq FROM events NOT INDEXED WHERE seq BETWEEN ? AND ? AND (${condition}) ORDER BY seq LIMIT 1`,
      )
      .pluck()
      .get(first, last);
  const culprit = find(
    "typeof(ts) <> 'integer' OR typeof(payload) <> 'text' OR instr(CAST(payload AS BLOB), x'0a') > 0",
  );
  const dangling = culprit === undefined && style.context && knowsContexts(database) ? find(LACKS_CONTEXT) : undefined;
  if (dangling !== undefined) return new CaptureDamage(path, MISSING_CONTEXT, dangling);
  return new CaptureDamage(path, 'its payload is not one line', culprit ?? first);
}
