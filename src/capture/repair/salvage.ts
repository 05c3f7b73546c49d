import type { NewCapture } from '../new-capture.js';
import type { Pace } from '../pace.js';
import type { Gap, Session } from '../session.js';
import { timeEntries } from './event-index.js';
import type { PageSource } from './page-source.js';
import { type Row, rowOf } from './rows.js';
import type { Survey } from './survey.js';
import { type Cell, cellsOf, treePage } from './tree-page.js';

type EventRow = Extract<Row, { kind: 'event' }>;

/** An event whose number no neighbour in its page bears out, and where it is read again. */
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
  const keep = ({ seq, session, ts, payload }: EventRow) => {
    if (capture.event(seq, session, ts, payload)) events += 1;
    else duplicates += 1;
  };

  for (const number of leaves) {
    await pace.step();
    onProgress(events);
    const rows = rowsOf(source, number, parts);
    for (const [index, row] of rows.entries()) {
      if (row === undefined) damagedRows += 1;
      else if (row.kind === 'event') {
        if (isNext(rows[index - 1], row) || isNext(row, rows[index + 1])) keep(row);
        else doubtful.push({ seq: row.seq, ts: row.ts, page: number });
      } else {
        notes += textLength(row.kind === 'session' ? row.session : row.gap);
        if (notes > LARGEST_NOTES) damagedRows += 1;
        else if (row.kind === 'session' && !sessions.has(row.session.id)) sessions.set(row.session.id, row.session);
        else if (row.kind === 'gap' && !gaps.has(row.id)) gaps.set(row.id, row.gap);
      }
    }
  }

  const refuted = await contradicted(doubtful, source, indexPages, pace);
  for (const { seq, ts, page } of doubtful) {
    await pace.step();
    onProgress(events);
    const row = rowsOf(source, page, parts).find((row) => row?.kind === 'event' && row.seq === seq && row.ts === ts);
    if (row?.kind !== 'event' || refuted.has(seq)) damagedRows += 1;
    else keep(row);
  }
  return { events, sessions, gaps, damagedRows, duplicates };
}

function textLength(row: object): number {
  return Object.values(row).reduce((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
}

/** Numbers have no hole as docktape writes them, so a changed one does not fit its neighbours. */
function isNext(row: Row | undefined, next: Row | undefined): boolean {
  return row?.kind === 'event' && next?.kind === 'event' && row.seq + 1 === next.seq;
}

function rowsOf(source: PageSource, number: number, parts: RecordParts): (Row | undefined)[] {
  const bytes = source.page(number);
  const page = bytes && treePage(bytes, number);
  if (page?.kind !== 'table leaf') return [];
  return [...cellsOf(page, source.usable)].map((cell) => cell && rowOf(cell, (whole) => parts.join(whole)));
}

/** The numbers of which the index knows that their event has another time. */
async function contradicted(
  doubtful: readonly Doubtful[],
  source: PageSource,
  indexPages: readonly number[],
  pace: Pace,
): Promise<ReadonlySet<number>> {
  const refuted = new Set<number>();
  if (doubtful.length === 0) return refuted;
  const times = new Map(doubtful.map(({ seq, ts }) => [seq, ts]));
  for await (const { seq, ts } of timeEntries(source, indexPages, pace)) {
    if (times.has(seq) && times.get(seq) !== ts) refuted.add(seq);
  }
  return refuted;
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
      const length = Math.min(missing, this.source.usable - 4);
      // Zeros are no part of a record: such a page was never written, or was lost.
      if (page === undefined || page.length < 4 + length || page.every((byte) => byte === 0)) return undefined;
      parts.push(page.subarray(4, 4 + length));
      missing -= length;
      next = page.readUInt32BE(0);
    }
    return next === 0 ? Buffer.concat(parts, size) : undefined;
  }
}
