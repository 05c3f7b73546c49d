import type { NewCapture } from '../new-capture.js';
import type { Pace } from '../pace.js';
import type { Gap, Session } from '../session.js';
import { timeEntries } from './event-index.js';
import type { PageSource } from './page-source.js';
import { type Row, rowOf } from './rows.js';
import type { Survey } from './survey.js';
import { type Cell, cellsOf, treePage } from './tree-page.js';

type EventRow = Extract<Row, { kind: 'event' }>;

type ContextRow = Extract<Row, { kind: 'context' }>;

/** An event whose number does not fit its page, and where it is read again. */
interface Doubtful {
  readonly seq: number;
  readonly ts: bigint;
  readonly page: number;
}

/** Characters of sessions and gaps that are kept in memory. */
const LARGEST_NOTES = 64 * 1024 * 1024;

/** What was found in the pages. */
export interface Salvaged {
  readonly events: number;
  /** Events among them that had a context which could not be read. */
  readonly lostContexts: number;
  readonly sessions: ReadonlyMap<number, Session>;
  /** By their ids. */
  readonly gaps: ReadonlyMap<number, Gap>;
  /** Rows of tables that could not be read. */
  readonly damagedRows: number;
  /** Events whose number another one has already: of an older version of a page, or with a damaged number. */
  readonly duplicates: number;
}

/**
 * Brings the events that the pages hold into a new capture, and gives back the sessions and gaps. Of several events of one
 * number the first wins; the pages that the trees lead to come first.
 */
export async function salvage(
  source: PageSource,
  { leaves, indexPages }: Survey,
  capture: NewCapture,
  pace: Pace,
  onProgress: (events: number) => void,
): Promise<Salvaged> {
  const parts = new RecordParts(source);
  const [sessions, gaps] = [new Map<number, Session>(), new Map<number, Gap>()];
  const doubtful: Doubtful[] = [];
  let [events, damagedRows, duplicates, notes] = [0, 0, 0, 0];
  const keep = ({ seq, session, ts, payload, context }: EventRow) => {
    if (capture.event(seq, session, ts, payload, context)) events += 1;
    else duplicates += 1;
  };

  for (const leaf of leaves) {
    await pace.step();
    onProgress(events);
    const rows = rowsOf(source, leaf.page, parts);
    for (const [index, row] of rows.entries()) {
      if (row === undefined) damagedRows += 1;
      else if (row.kind === 'event') {
        const hasNeighbour = isNext(rows[index - 1], row) || isNext(row, rows[index + 1]);
        if (hasNeighbour && row.seq > leaf.after && row.seq <= leaf.upTo) keep(row);
        else doubtful.push({ seq: row.seq, ts: row.ts, page: leaf.page });
      } else if (row.kind === 'context') {
        const isBelievable =
          row.id > leaf.after && row.id <= leaf.upTo && isInPlace(row, rows[index - 1], rows[index + 1]);
        if (isBelievable) capture.context(row.id, row.json);
        else damagedRows += 1;
      } else {
        notes += textLength(row.kind === 'session' ? row.session : row.gap);
        if (notes > LARGEST_NOTES) damagedRows += 1;
        else if (row.kind === 'session' && !sessions.has(row.session.id)) sessions.set(row.session.id, row.session);
        else if (row.kind === 'gap' && !gaps.has(row.id)) gaps.set(row.id, row.gap);
      }
    }
  }

  const verdicts = await judge(doubtful, source, indexPages, capture, pace);
  // Those that the index bears out come before those of which it knows nothing.
  for (const verdict of ['borne out', 'unknown'] as const) {
    let [page, rows]: [number, (Row | undefined)[]] = [0, []];
    for (const event of doubtful.filter((event) => verdicts.get(event) === verdict)) {
      await pace.step();
      onProgress(events);
      if (event.page !== page) [page, rows] = [event.page, rowsOf(source, event.page, parts)];
      const row = rows.find((row) => row?.kind === 'event' && row.seq === event.seq && row.ts === event.ts);
      if (row?.kind === 'event') keep(row);
    }
  }
  damagedRows += doubtful.filter((event) => verdicts.get(event) === 'refuted').length;
  return { events, lostContexts: capture.forgetLostContexts(), sessions, gaps, damagedRows, duplicates };
}

function textLength(row: object): number {
  return Object.values(row).reduce((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
}

/** Numbers have no hole as docktape writes them, so a changed one does not fit its neighbours. */
function isNext(row: Row | undefined, next: Row | undefined): boolean {
  return row?.kind === 'event' && next?.kind === 'event' && row.seq + 1 === next.seq;
}

/**
 * Whether the number of a context fits those beside it on its page: one that was changed would give an event another's context.
 */
function isInPlace({ id }: ContextRow, before: Row | undefined, after: Row | undefined): boolean {
  const [lower, higher] = [idOf(before), idOf(after)];
  if (lower === id - 1 || higher === id + 1) return true;
  return (lower ?? 0) < id && id < (higher ?? Number.POSITIVE_INFINITY);
}

function idOf(row: Row | undefined): number | undefined {
  return row?.kind === 'context' ? row.id : undefined;
}

function rowsOf(source: PageSource, number: number, parts: RecordParts): (Row | undefined)[] {
  const bytes = source.page(number);
  const page = bytes && treePage(bytes, number);
  if (page?.kind !== 'table leaf') return [];
  return [...cellsOf(page, source.pageSize)].map((cell) => cell && rowOf(cell, (whole) => parts.join(whole)));
}

type Verdict = 'borne out' | 'refuted' | 'unknown';

/**
 * What the index of times says of doubtful events. It refutes a number that has another time there, and one whose time
 * belongs there to a number that is still missing: that is the event's true number.
 */
async function judge(
  doubtful: readonly Doubtful[],
  source: PageSource,
  indexPages: readonly number[],
  capture: NewCapture,
  pace: Pace,
): Promise<ReadonlyMap<Doubtful, Verdict>> {
  const verdicts = new Map<Doubtful, Verdict>(doubtful.map((event) => [event, 'unknown']));
  if (doubtful.length === 0) return verdicts;
  const byNumber = groupBy(doubtful, ({ seq }) => seq);
  const byTime = groupBy(doubtful, ({ ts }) => ts);
  const refute = (event: Doubtful) => {
    if (verdicts.get(event) === 'unknown') verdicts.set(event, 'refuted');
  };
  for await (const { seq, ts } of timeEntries(source, indexPages, pace)) {
    const sameNumber = byNumber.get(seq);
    for (const event of sameNumber ?? []) {
      if (event.ts === ts) verdicts.set(event, 'borne out');
      else refute(event);
    }
    const sameTime = byTime.get(ts);
    if (sameTime !== undefined && sameNumber === undefined && !capture.has(seq)) sameTime.forEach(refute);
  }
  return verdicts;
}

function groupBy<K>(events: readonly Doubtful[], key: (event: Doubtful) => K): ReadonlyMap<K, readonly Doubtful[]> {
  const groups = new Map<K, Doubtful[]>();
  for (const event of events) {
    const group = groups.get(key(event));
    if (group === undefined) groups.set(key(event), [event]);
    else group.push(event);
  }
  return groups;
}

/** Joins the parts of records that do not fit their page. */
class RecordParts {
  /** Pages that may still be read. A page belongs to one record, but a forged file may let many share a long chain. */
  #left: number;

  constructor(private readonly source: PageSource) {
    this.#left = 4 * source.pageCount;
  }

  /** The whole record; `undefined` when a part of it is missing, or the parts do not end where they must. */
  join({ local, size, overflow }: Cell): Buffer | undefined {
    if (local.length === size) return local;
    const parts = [local];
    let [missing, next] = [size - local.length, overflow];
    while (missing > 0) {
      this.#left -= 1;
      const page = this.#left > 0 && next >= 2 ? this.source.page(next) : undefined;
      const length = Math.min(missing, this.source.pageSize - 4);
      // Zeros are no part of a record: such a page was never written, or was lost.
      if (page === undefined || page.length < 4 + length || page.every((byte) => byte === 0)) return undefined;
      parts.push(page.subarray(4, 4 + length));
      missing -= length;
      next = page.readUInt32BE(0);
    }
    return next === 0 ? Buffer.concat(parts, size) : undefined;
  }
}
