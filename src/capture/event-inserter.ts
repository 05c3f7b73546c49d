import type { Database, Statement } from 'better-sqlite3';
import { ContextRows } from './context-rows.js';

/** Rows that one statement inserts. Running a statement costs more than a row, and past this number nothing is gained. */
const ROWS = 32;

/** Values that a row takes. */
const VALUES = 3;

const NEWLINE = 0x0a;

/** Events to insert. */
export interface EventLines {
  /** Whole lines, each ended by a newline. */
  readonly lines: Buffer;
  /** Nanoseconds since the epoch, one for each line. */
  readonly times: BigInt64Array;
  /** The context of a line, by its number from 0; absent when none has one. The same object for the same context is quickest. */
  readonly contextOf?: (index: number) => Buffer | undefined;
}

/** Puts lines into `events`, byte for byte. */
export class EventInserter {
  readonly #many: Statement;
  readonly #one: Statement;
  readonly #contexts: ContextRows;

  constructor(database: Database, session: number) {
    // The bytes are bound as a blob: text would be decoded and encoded on its way, and lose what is not UTF-8.
    const row = `(${session}, ?, CAST(? AS TEXT), ?)`;
    // OR ROLLBACK: otherwise SQLite keeps a journal of each statement, to take back its first rows when a later one fails.
    const insert = (rows: number) =>
      database.prepare(
        `INSERT OR ROLLBACK INTO events (session, ts, payload, context) VALUES ${Array(rows).fill(row).join(', ')}`,
      );
    this.#many = insert(ROWS);
    this.#one = insert(1);
    this.#contexts = new ContextRows(database);
  }

  /**
   * Inserts `limit` lines, with their contexts in the same transaction, and gives back where it stopped, and the `seq` of the last
   * one.
   *
   * @param first the number of the first of them, and `offset` where it begins
   */
  insert(
    { lines, times, contextOf }: EventLines,
    offset: number,
    first: number,
    limit: number,
  ): { readonly offset: number; readonly seq: number } {
    let start = offset;
    let seq = 0;
    let values: (bigint | Buffer | number | null)[] = [];
    for (let index = first; index < first + limit; index += 1) {
      const end = lines.indexOf(NEWLINE, start);
      if (end < 0) throw new RangeError(`the batch has fewer lines than the ${times.length} it says`);
      const context = contextOf?.(index);
      values.push(
        storable(times[index]),
        lines.subarray(start, end),
        context === undefined ? null : this.#contexts.rowOf(context),
      );
      start = end + 1;
      if (values.length === VALUES * ROWS) {
        seq = Number(this.#many.run(values).lastInsertRowid);
        values = [];
      }
    }
    for (let at = 0; at < values.length; at += VALUES) {
      seq = Number(this.#one.run(values.slice(at, at + VALUES)).lastInsertRowid);
    }
    return { offset: start, seq };
  }

  /** The open transaction was taken back, and with it contexts. */
  rolledBack(): void {
    this.#contexts.forget();
  }
}

/** A capture's times are not negative; no daemon lived before 1970. */
function storable(time: bigint | undefined): bigint {
  return time === undefined || time < 0n ? 0n : time;
}
