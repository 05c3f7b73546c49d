import { actionAt, actionOf, type ContainerAction } from './container-action.js';
import type { LineBatch } from './line-batch.js';
import { Literal, viewOf } from './literal.js';
import { memberOf, parsedJson } from './loose-json.js';

/** Docker's IDs of containers, and Podman's, have so many digits. */
export const ID_LENGTH = 64;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CAPITAL_T = 0x54;

const TYPE = new Literal('"Type":"');
const CONTAINER = new Literal('container"');
const ACTION = new Literal(',"Action":"');
const ACTOR = new Literal('","Actor":{"ID":"');
const EXEC_ID = Buffer.from('"execID":"');

/** What a line tells that is in none of the usual layouts. */
interface Parsed {
  readonly id: string;
  readonly execId: string;
}

/** Which containers the events of a batch are about. It is read once, and then kept with the batch for who asks next. */
export function containerEvents(batch: LineBatch): ContainerEvents {
  // A batch may have been made of another one, with other lines.
  if (!batch.containers?.isOf(batch)) batch.containers = new ContainerEvents(batch.lines, batch.count);
  return batch.containers;
}

/**
 * Reads off each line of a batch which container it is about, and what happened to that. Every event comes through here, so a line is parsed
 * only when it is in none of the usual layouts.
 *
 * In those of Docker and Podman, `Type`, `Action`, `Actor` and its `ID` follow each other; only Docker 29, when it is asked by an older version
 * of its API, sorts them. No label can look like it: quotes inside a JSON string have a backslash before them, and labels are texts, so that
 * none has the object behind `"Actor":`.
 */
export class ContainerEvents {
  /** Of the lines, to be read by words. */
  readonly view: DataView;
  readonly #lines: Buffer;
  /** For each line, where its newline stands. */
  readonly #ends: number[];
  /** For each line, where the container's ID begins; negative when it may not have {@link ID_LENGTH} bytes, and 0 when it does not stand there. */
  readonly #idsAt: number[];
  readonly #actions: (ContainerAction | undefined)[];
  #parsed: Map<number, Parsed> | undefined;
  /** The first capital T behind what was read. Searching for one byte is many times as fast as for several, and few stand before the key. */
  #capital = -1;

  constructor(lines: Buffer, count: number) {
    this.#lines = lines;
    this.view = viewOf(lines);
    this.#ends = new Array(count);
    this.#idsAt = new Array(count).fill(0);
    this.#actions = new Array(count);
    for (let index = 0, start = 0; index < count; index += 1) {
      const end = lines.indexOf(NEWLINE, start);
      this.#ends[index] = end;
      this.#actions[index] = this.#read(index, start, end);
      start = end + 1;
    }
  }

  /** Whether it was read off the lines of this batch. */
  isOf({ lines, count }: LineBatch): boolean {
    return lines === this.#lines && count === this.#ends.length;
  }

  /** Where a line's newline stands. */
  end(index: number): number {
    return this.#ends[index] ?? 0;
  }

  /** What happened to the container that a line is about; `undefined` when it is about none, or does not name it. */
  action(index: number): ContainerAction | undefined {
    return this.#actions[index];
  }

  /** Where the container's ID begins in the lines, when there are {@link ID_LENGTH} bytes before a quote; else 0. */
  idAt(index: number): number {
    return Math.max(this.#idsAt[index] ?? 0, 0);
  }

  /** The ID of the container that a line is about; empty when it is about none. */
  id(index: number): string {
    const at = Math.abs(this.#idsAt[index] ?? 0);
    if (at === 0) return this.#parsed?.get(index)?.id ?? '';
    return this.#lines.toString('latin1', at, endOfText(this.#lines, at, this.end(index)));
  }

  /** The ID of the exec that a line is about, in which no character needs a backslash; empty when it does not tell. */
  execId(index: number): string {
    const at = Math.abs(this.#idsAt[index] ?? 0);
    return at === 0 ? (this.#parsed?.get(index)?.execId ?? '') : execIdIn(this.#lines, at, this.end(index));
  }

  #read(index: number, start: number, end: number): ContainerAction | undefined {
    const { view } = this;
    const lines = this.#lines;
    if (lines[start] !== OPENING_BRACE) return undefined;
    const type = this.#typeAt(start, end);
    if (type < 0) return this.#parse(index, start, end);
    if (!CONTAINER.isAt(view, type, end)) {
      // What stands behind the first brace but one is inside of something, and perhaps a label.
      return lines.subarray(start + 1, type).includes(OPENING_BRACE) ? this.#parse(index, start, end) : undefined;
    }
    const action = type + CONTAINER.length + ACTION.length;
    const actor = ACTION.isAt(view, type + CONTAINER.length, end) ? endOfText(lines, action, end) : -1;
    if (actor < 0 || !ACTOR.isAt(view, actor, end)) return this.#parse(index, start, end);
    const id = actor + ACTOR.length;
    const behind = id + ID_LENGTH;
    const isUsual = behind < end && lines[behind] === QUOTE && lines[behind - 1] !== BACKSLASH;
    if (lines[id] === QUOTE || (!isUsual && endOfText(lines, id, end) < 0)) return undefined;
    this.#idsAt[index] = isUsual ? id : -id;
    return actionAt(view, action, end);
  }

  #parse(index: number, start: number, end: number): ContainerAction | undefined {
    const event = parsedJson(this.#lines.toString('utf8', start, end));
    const actor = memberOf(event, 'Actor');
    const id = memberOf(actor, 'ID');
    if (memberOf(event, 'Type') !== 'container' || typeof id !== 'string' || id === '') return undefined;
    const execId = memberOf(memberOf(actor, 'Attributes'), 'execID');
    this.#parsed ??= new Map();
    this.#parsed.set(index, { id, execId: typeof execId === 'string' ? execId : '' });
    return actionOf(memberOf(event, 'Action'));
  }

  /** Where the value of the first `Type` begins; -1 when there is none. */
  #typeAt(start: number, end: number): number {
    for (let at = start + 1; at < end; at = this.#capitalFrom(at + 2) - 1) {
      if (TYPE.isAt(this.view, at, end)) return at + TYPE.length;
    }
    return -1;
  }

  #capitalFrom(from: number): number {
    if (this.#capital < from) {
      const at = this.#lines.indexOf(CAPITAL_T, from);
      this.#capital = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    return this.#capital;
  }
}

/**
 * Attributes are texts, and a quote inside a text has a backslash before it: what reads like the key and has none is the key. A label's name
 * may end like it, with an escaped quote before.
 */
function execIdIn(lines: Buffer, from: number, end: number): string {
  const rest = lines.subarray(from, end);
  let at = rest.indexOf(EXEC_ID);
  while (at > 0 && rest[at - 1] === BACKSLASH) at = rest.indexOf(EXEC_ID, at + 1);
  if (at < 0) return '';
  const id = at + EXEC_ID.length;
  return rest.toString('latin1', id, Math.max(id, endOfText(rest, id, rest.length)));
}

/** Where the quote stands that ends a text; -1 when there is none. */
function endOfText(lines: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = lines[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return -1;
}
