import type { Database, Statement } from 'better-sqlite3';

/** Rows that one statement inserts. Running a statement costs more than a row, and past this number nothing is gained. */
const ROWS = 32;

const NEWLINE = 0x0a;

/** Puts lines into `events`, byte for byte. */
export class EventInserter {
  readonly #many: Statement;
  readonly #one: Statement;

  constructor(database: Database, session: number) {
    // The bytes are bound as a blob: text would be decoded and encoded on its way, and lose what is not UTF-8.
    const row = `(${session}, ?, CAST(? AS TEXT))`;
    // OR ROLLBACK: otherwise SQLite keeps a journal of each statement, to take back its first rows when a later one fails.
    const insert = (rows: number) =>
      database.prepare(
        `INSERT OR ROLLBACK INTO events (session, ts, payload) VALUES ${Array(rows).fill(row).join(', ')}`,
      );
    this.#many = insert(ROWS);
    this.#one = insert(1);
  }

  /**
   * Inserts up to `limit` lines and gives back where it stopped, and the `seq` of the last one.
   *
   * @param offset where the first of the lines begins in `lines`
   * @param times nanoseconds since the epoch, one for each line from `first` on
   */
  insert(
    lines: Buffer,
    offset: number,
    times: BigInt64Array,
    first: number,
    limit: number,
  ): { readonly offset: number; readonly seq: number } {
    let start = offset;
    let seq = 0;
    let values: (bigint | Buffer)[] = [];
    for (let index = first; index < first + limit; index += 1) {
      const end = lines.indexOf(NEWLINE, start);
      if (end < 0) throw new RangeError(`the batch has fewer lines than the ${times.length} it says`);
      values.push(storable(times[index]), lines.subarray(start, end));
      start = end + 1;
      if (values.length === 2 * ROWS) {
        seq = Number(this.#many.run(values).lastInsertRowid);
        values = [];
      }
    }
    for (let at = 0; at < values.length; at += 2) {
      seq = Number(this.#one.run(values[at], values[at + 1]).lastInsertRowid);
    }
    return { offset: start, seq };
  }
}

/** A capture's times are not negative; no daemon lived before 1970. */
function storable(time: bigint | undefined): bigint {
  return time === undefined || time < 0n ? 0n : time;
}
