import { memberOf, parsedJson } from '../loose-json.js';
import { ID_LENGTH } from './id-index.js';

/**
 * What an event of a container tells of whether something new is to be known of it. A `change` is one after which what was known does not
 * hold any more; `remove` is Podman's `destroy`, and `exec_died` its `exec_die`.
 */
export type Verb = 'change' | 'end' | 'exec create' | 'exec start' | 'exec end' | 'other';

/** Actions with what follows on them: the quote at their end, or the colon before an exec's command. */
const VERBS: readonly (readonly [action: Buffer, verb: Verb])[] = [
  [Buffer.from('create"'), 'change'],
  [Buffer.from('start"'), 'change'],
  [Buffer.from('update"'), 'change'],
  [Buffer.from('rename"'), 'change'],
  [Buffer.from('destroy"'), 'end'],
  [Buffer.from('remove"'), 'end'],
  [Buffer.from('exec_create:'), 'exec create'],
  [Buffer.from('exec_start:'), 'exec start'],
  [Buffer.from('exec_die"'), 'exec end'],
  [Buffer.from('exec_died"'), 'exec end'],
];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CAPITAL_T = 0x54;

const TYPE = Buffer.from('"Type":"');
const CONTAINER = Buffer.from('container"');
const ACTION = Buffer.from(',"Action":"');
const ACTOR = Buffer.from('","Actor":{"ID":"');
const STATUS = Buffer.from('{"status":"');
const ID = Buffer.from('","id":"');
const FROM = Buffer.from('","from":"');
const EXEC_ID = Buffer.from('"execID":"');

/**
 * Reads off an event's line which container it is about. Every event comes through here, so the same object is filled again and again,
 * and a line is parsed only when it is in none of the usual layouts.
 *
 * In those of Docker, whatever its age, and of Podman, `Type`, `Action`, `Actor` and its `ID` follow each other. No label can look like it:
 * quotes inside a JSON string have a backslash before them, and labels are texts, so that none has the object behind `"Actor":`.
 */
export class EventSubject {
  verb: Verb = 'other';
  /** The exec's ID, when the verb is about one; empty when the event does not tell. */
  execId = '';
  /** Where the container's ID begins in the lines, when there are {@link ID_LENGTH} bytes before a quote; else -1. */
  idAt = -1;
  #lines: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** The container's ID, where it does not stand in the lines as it is. */
  #parsedId: string | undefined;

  /** The container's ID. */
  get id(): string {
    return (
      this.#parsedId ?? this.#lines.toString('latin1', this.#start, endOfText(this.#lines, this.#start, this.#end))
    );
  }

  /** @returns false when the line is not about a container, or does not name it */
  read(lines: Buffer, start: number, end: number): boolean {
    if (lines[start] !== OPENING_BRACE) return false;
    const type = typeAt(lines, start, end);
    if (type < 0) return this.#parse(lines, start, end);
    const action = type + CONTAINER.length + ACTION.length;
    if (!hasAt(lines, type, CONTAINER)) {
      // What stands behind the first brace but one is inside of something, and perhaps a label.
      return lines.subarray(start + 1, type).includes(OPENING_BRACE) && this.#parse(lines, start, end);
    }
    const actor = hasAt(lines, type + CONTAINER.length, ACTION) ? endOfText(lines, action, end) : -1;
    if (actor < 0 || !hasAt(lines, actor, ACTOR)) return this.#parse(lines, start, end);
    const id = actor + ACTOR.length;
    const isUsual = id + ID_LENGTH < end && lines[id + ID_LENGTH] === QUOTE;
    if (lines[id] === QUOTE || (!isUsual && endOfText(lines, id, end) < 0)) return false;
    this.#lines = lines;
    this.#start = id;
    this.#end = end;
    this.#parsedId = undefined;
    this.idAt = isUsual ? id : -1;
    this.verb = verbAt(lines, action);
    this.execId = isAboutExec(this.verb) ? execIdIn(lines, id, end) : '';
    return true;
  }

  #parse(lines: Buffer, start: number, end: number): boolean {
    const event = parsedJson(lines.toString('utf8', start, end));
    const actor = memberOf(event, 'Actor');
    const action = memberOf(event, 'Action');
    const id = memberOf(actor, 'ID');
    if (memberOf(event, 'Type') !== 'container' || typeof id !== 'string' || id === '') return false;
    this.verb = typeof action === 'string' ? verbAt(Buffer.from(`${action}"`), 0) : 'other';
    this.idAt = -1;
    this.#parsedId = id;
    const execId = memberOf(memberOf(actor, 'Attributes'), 'execID');
    this.execId = isAboutExec(this.verb) && typeof execId === 'string' ? execId : '';
    return true;
  }
}

function isAboutExec(verb: Verb): boolean {
  return verb === 'exec create' || verb === 'exec start' || verb === 'exec end';
}

function verbAt(lines: Buffer, at: number): Verb {
  for (const [action, verb] of VERBS) if (hasAt(lines, at, action)) return verb;
  return 'other';
}

/** Attributes are texts, and a quote inside a text has a backslash before it; so only the key itself reads like it. */
function execIdIn(lines: Buffer, from: number, end: number): string {
  const rest = lines.subarray(from, end);
  const at = rest.indexOf(EXEC_ID);
  if (at < 0) return '';
  const id = at + EXEC_ID.length;
  return rest.toString('latin1', id, Math.max(id, endOfText(rest, id, rest.length)));
}

/** Where the value of the first `Type` begins; -1 when there is none. */
function typeAt(lines: Buffer, start: number, end: number): number {
  if (hasAt(lines, start + 1, TYPE)) return start + 1 + TYPE.length;
  const behind = behindLegacy(lines, start, end);
  if (behind > 0 && hasAt(lines, behind, TYPE)) return behind + TYPE.length;
  for (let at = start + 2; at < end; at += 1) {
    if (lines[at] === CAPITAL_T && hasAt(lines, at - 1, TYPE)) return at - 1 + TYPE.length;
  }
  return -1;
}

/** Where the next member begins behind the three with which older engines begin a container's event; -1 when they are not there. */
function behindLegacy(lines: Buffer, start: number, end: number): number {
  if (!hasAt(lines, start, STATUS)) return -1;
  const from = endOfText(lines, start + STATUS.length, end) + ID.length + ID_LENGTH;
  return hasAt(lines, from, FROM) ? endOfText(lines, from + FROM.length, end) + 2 : -1;
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

function hasAt(lines: Buffer, at: number, bytes: Buffer): boolean {
  for (let offset = 0; offset < bytes.length; offset += 1) {
    if (lines[at + offset] !== bytes[offset]) return false;
  }
  return true;
}
