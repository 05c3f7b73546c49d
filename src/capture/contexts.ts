import type { Database, Statement } from 'better-sqlite3';
import { CaptureDamage } from './capture-error.js';
import { LARGEST_CONTEXT } from './schema.js';

/** Bytes of contexts that are kept at hand while events are read one by one. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** What stands between a line and its context (see `withContext` in docker/enrichment). */
const SEAM = ',"docktape":';

const NEWLINE = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * SQL for whether a row of `contexts` is what docktape writes: an object on one line, in which nothing looks like the place where a
 * line and its context meet. Anything else would make other events of those that it is spliced into.
 */
export const IS_SOUND_CONTEXT = `CASE WHEN octet_length(json) <= ${LARGEST_CONTEXT} THEN
  typeof(json) = 'text' AND json_valid(json) AND substr(CAST(json AS BLOB), 1, 1) = x'7b' AND substr(CAST(json AS BLOB), -1) = x'7d'
  AND instr(CAST(json AS BLOB), x'0a') = 0 AND instr(CAST(json AS BLOB), CAST('${SEAM}' AS BLOB)) = 0 END`;

/** How deep a context may nest. docktape's have four levels; SQLite reads a thousand, and what it cannot read it calls damaged. */
const DEEPEST = 100;

/** As {@link IS_SOUND_CONTEXT}, of a context that is not in a capture. */
export function isSoundContext(json: Buffer): boolean {
  if (json.length > LARGEST_CONTEXT || json[0] !== OPEN || json[json.length - 1] !== CLOSE) return false;
  if (json.includes(NEWLINE) || json.includes(SEAM)) return false;
  try {
    return isWithin(JSON.parse(json.toString()), DEEPEST);
  } catch {
    return false;
  }
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isWithin(member, levels - 1));
}

/** What is said of an event whose context is not such. */
export const BAD_CONTEXT = 'its context is not there, or not one JSON object on one line';

/** SQL for whether an event names a context that is not there. */
export const LACKS_CONTEXT = 'context IS NOT NULL AND context NOT IN (SELECT id FROM contexts WHERE id > 0)';

/** What is said of such an event. */
export const MISSING_CONTEXT = 'its context is not in the capture';

/** Whether the events of a capture can have contexts: format 1 knows none. */
export function knowsContexts(database: Database): boolean {
  return Number(database.pragma('user_version')) >= 2;
}

/** Reads contexts one by one, and keeps those that it has read last: equal ones are the same object. */
export class ContextReader {
  readonly #read: Statement<[bigint], Buffer>;
  readonly #path: string;
  readonly #kept = new Map<bigint, Buffer>();
  #bytes = 0;

  constructor(database: Database, path: string) {
    this.#path = path;
    this.#read = database
      .prepare<[bigint], Buffer>(
        `SELECT CAST(json AS BLOB) FROM contexts WHERE id = ? AND id > 0 AND ${IS_SOUND_CONTEXT}`,
      )
      .pluck();
  }

  /**
   * @param id as event `seq` names it
   * @throws CaptureDamage when there is no such context, or it is not what docktape writes
   */
  get(id: bigint, seq: number): Buffer {
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const json = this.#read.get(id);
    if (json === undefined) throw new CaptureDamage(this.#path, BAD_CONTEXT, seq);
    this.#bytes += json.length;
    if (this.#bytes > KEPT_BYTES) {
      this.#kept.clear();
      this.#bytes = json.length;
    }
    this.#kept.set(id, json);
    return json;
  }
}

/** Looks at contexts before they are used, at each once: they are numbered in the order in which events have them. */
export class ContextCheck {
  readonly #path: string;
  readonly #findBad: Statement<[number, number], number>;
  readonly #findEvent: Statement<[number], number>;
  /** All contexts up to this one are sound. */
  #upTo = 0;

  constructor(database: Database, path: string) {
    this.#path = path;
    this.#findBad = database
      .prepare<[number, number], number>(
        `SELECT id FROM contexts WHERE id > ? AND id <= ? AND (${IS_SOUND_CONTEXT}) IS NOT 1 ORDER BY id LIMIT 1`,
      )
      .pluck();
    this.#findEvent = database
      .prepare<[number], number>('SELECT seq FROM events NOT INDEXED WHERE context = ? ORDER BY seq LIMIT 1')
      .pluck();
  }

  /**
   * Makes sure of all contexts that are numbered up to `highest`.
   *
   * @throws CaptureDamage when one is not what docktape writes
   */
  check(highest: number): void {
    if (highest <= this.#upTo) return;
    const bad = this.#findBad.get(this.#upTo, highest);
    if (bad !== undefined) throw new CaptureDamage(this.#path, BAD_CONTEXT, this.#findEvent.get(bad));
    this.#upTo = highest;
  }
}
