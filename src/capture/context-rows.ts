import { createHash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';

/** Contexts whose rows are known: about as many as docktape keeps of containers and execs. */
const KNOWN = 20_000;

/** The rows of contexts in a capture that is being written: equal ones share a row, as far as they are remembered. */
export class ContextRows {
  readonly #insert: Statement;
  /** By the object: most events have one that an event before had. */
  #byObject = new WeakMap<Buffer, number>();
  /** By a hash of their bytes, those that were used last at the end. */
  readonly #byHash = new Map<string, number>();

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT OR ROLLBACK INTO contexts (json) VALUES (CAST(? AS TEXT))');
  }

  /** The id of the context's row, which is made when there is none. It belongs to the transaction of the event that names it. */
  rowOf(json: Buffer): number {
    const known = this.#byObject.get(json);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(json).digest('base64');
    const row = this.#byHash.get(hash) ?? Number(this.#insert.run(json).lastInsertRowid);
    this.#byHash.delete(hash);
    this.#byHash.set(hash, row);
    this.#byObject.set(json, row);
    for (const oldest of this.#byHash.keys()) {
      if (this.#byHash.size <= KNOWN) break;
      this.#byHash.delete(oldest);
    }
    return row;
  }

  /** Rows may have gone: a transaction was taken back. */
  forget(): void {
    this.#byObject = new WeakMap();
    this.#byHash.clear();
  }
}
