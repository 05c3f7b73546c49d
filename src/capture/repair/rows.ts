import { isSoundContext } from '../contexts.js';
import { LARGEST_CONTEXT, LARGEST_PAYLOAD } from '../schema.js';
import type { Gap, Session } from '../session.js';
import { isIntegerType, isTextType, type RecordHead, recordHead, type Value, valuesOf } from './record.js';
import type { Cell } from './tree-page.js';

/** A row of a capture, told from others by its shape. */
export type Row =
  | {
      readonly kind: 'event';
      readonly seq: number;
      readonly session: number;
      readonly ts: bigint;
      readonly payload: Buffer;
      /** The id of its context. */
      readonly context?: number;
    }
  | { readonly kind: 'context'; readonly id: number; readonly json: Buffer }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'gap'; readonly id: number; readonly gap: Gap };

/** An entry of `events_by_time`. */
export interface TimeEntry {
  readonly ts: bigint;
  readonly seq: number;
}

/** Bytes that the row of an event has beside its payload, or that of a context beside its text. */
const ROW_HEAD = 64;

/** SQLite's serial type of NULL. */
const NULL_TYPE = 0;

/** Bytes of a session or gap that is believed. */
const LARGEST_ROW = 1024 * 1024;

const NEWLINE = 0x0a;
const WHITE_SPACE = /^[ \t\r\n]*$/;

/**
 * What a cell of a table holds; `undefined` when it is damaged, or no row of a capture.
 *
 * @param whole joins the parts of a record that does not fit its page; `undefined` when one is missing
 */
export function rowOf(cell: Cell, whole: (cell: Cell) => Buffer | undefined): Row | undefined {
  const head = recordHead(cell.local, cell.size);
  // All tables of a capture number their rows themselves: SQLite stores nothing in the first column then.
  if (head === undefined || head.types[0] !== 0 || cell.rowid < 1) return undefined;
  const read = readerOf(head.types, cell.size);
  const bytes = read && whole(cell);
  return bytes && read(cell.rowid, valuesOf(head, bytes));
}

/** What an entry of the index of times says; `undefined` when it is damaged, or another index's. */
export function timeEntryOf({ local, size }: Cell): TimeEntry | undefined {
  const head: RecordHead | undefined = size === local.length ? recordHead(local, size) : undefined;
  if (head?.types.length !== 2 || !head.types.every(isIntegerType)) return undefined;
  const [ts, seq] = valuesOf(head, local);
  const number = Number(seq);
  return number >= 1 && Number.isSafeInteger(number) ? { ts: ts as bigint, seq: number } : undefined;
}

type RowReader = (rowid: number, values: readonly Value[]) => Row | undefined;

/** The reader for records with these types; nothing when no table of a capture has such. */
function readerOf(types: readonly number[], size: number): RowReader | undefined {
  // 4 in format 1.
  if (types.length === 4 || types.length === 5) {
    const [, session, ts, payload, context = NULL_TYPE] = types as [number, number, number, number, number?];
    const isEvent = isIntegerType(session) && isIntegerType(ts) && isTextType(payload);
    const hasContext = context === NULL_TYPE || isIntegerType(context);
    return isEvent && hasContext && size <= LARGEST_PAYLOAD + ROW_HEAD ? eventOf : undefined;
  }
  if (types.length === 2)
    return isTextType(types[1] as number) && size <= LARGEST_CONTEXT + ROW_HEAD ? contextOf : undefined;
  if (size > LARGEST_ROW) return undefined;
  if (types.length === 7) return gapOf;
  // 13 in format 1, and a row stays as it is when the format is upgraded.
  return types.length >= 13 && types.length <= 15 ? sessionOf : undefined;
}

function eventOf(seq: number, [, session, ts, payload, named]: readonly Value[]): Row | undefined {
  const id = identifier(session);
  if (id === undefined || typeof ts !== 'bigint' || ts < 0n || !Buffer.isBuffer(payload)) return undefined;
  if (payload.includes(NEWLINE)) return undefined;
  const context = identifier(named);
  return { kind: 'event', seq, session: id, ts, payload, ...(context === undefined ? {} : { context }) };
}

function contextOf(id: number, [, json]: readonly Value[]): Row | undefined {
  return Buffer.isBuffer(json) && isSoundContext(json) ? { kind: 'context', id, json } : undefined;
}

function gapOf(id: number, [, session, after, from, to, reason, certain]: readonly Value[]): Row | undefined {
  const of = identifier(session);
  if (of === undefined || typeof after !== 'bigint' || after < 0n || after > Number.MAX_SAFE_INTEGER) return undefined;
  if (!isTime(from) || !isTime(to) || !Buffer.isBuffer(reason) || typeof certain !== 'bigint') return undefined;
  const gap = {
    session: of,
    afterSeq: Number(after),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    reason: reason.toString(),
    certain: certain !== 0n,
  };
  return { kind: 'gap', id, gap };
}

function sessionOf(id: number, values: readonly Value[]): Row | undefined {
  const [, how, started, ended, clean, docktape, ...texts] = values;
  const kind = Buffer.isBuffer(how) ? how.toString() : '';
  if (kind !== 'record' && kind !== 'import') return undefined;
  if (typeof started !== 'bigint' || !isTime(ended) || typeof clean !== 'bigint') return undefined;
  if (!Buffer.isBuffer(docktape) || !texts.slice(0, 8).every((text) => text === null || Buffer.isBuffer(text))) {
    return undefined;
  }
  const [endpoint, daemonId, engineVersion, apiVersion, hostName, condition, tail, redaction, interleaved] = texts;
  const tailText = text(tail ?? null) ?? '\n';
  const session = {
    id,
    how: kind,
    started,
    ...(ended === null ? {} : { ended }),
    clean: clean !== 0n,
    docktape: docktape.toString(),
    ...optional('endpoint', endpoint),
    ...optional('daemonId', daemonId),
    ...optional('engineVersion', engineVersion),
    ...optional('apiVersion', apiVersion),
    ...optional('hostName', hostName),
    ...optional('condition', condition),
    ...optional('redaction', redaction),
    tail: WHITE_SPACE.test(tailText) ? tailText : '\n',
    interleaved: interleaved === 1n,
  } as const;
  return { kind: 'session', session };
}

function identifier(value: Value | undefined): number | undefined {
  const number = Number(value);
  return typeof value === 'bigint' && number >= 1 && Number.isSafeInteger(number) ? number : undefined;
}

function isTime(value: Value | undefined): value is bigint | null {
  return value === null || typeof value === 'bigint';
}

function text(value: Value): string | undefined {
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

function optional<K extends string>(key: K, value: Value | undefined): { [P in K]?: string } {
  const content = text(value ?? null);
  return content === undefined ? {} : ({ [key]: content } as { [P in K]: string });
}
