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
const COMMA = 0x2c;

const TYPE = Buffer.from('"Type":"');
const CONTAINER = Buffer.from('container","Action":"');
const ACTOR = Buffer.from('","Actor":{"ID":"');
const VALUE = Buffer.from(':"');
const EXEC_ID = Buffer.from('"execID":"');

/**
 * Reads off an event's line which container it is about. Every event comes through here, so the same object is filled again and again,
 * and a line is parsed only when it is in none of the usual layouts.
 *
 * In those of Docker, whatever its age, and of Podman, the members before `Actor` have texts for values, and `Type`, `Action`, `Actor` and its
 * `ID` follow each other. Walking from member to member, no label can pass for one of them: labels come later.
 */
export class EventSubject {
  verb: Verb = 'other';
  /** The container's ID. */
  id = '';
  /** The exec's ID, when the verb is about one; empty when the event does not tell. */
  execId = '';

  /** @returns false when the line is not about a container, or does not name it */
  read(lines: Buffer, start: number, end: number): boolean {
    if (lines[start] !== OPENING_BRACE) return false;
    let at = start + 1;
    while (!hasAt(lines, at, TYPE)) {
      at = endOfMember(lines, at, end) + 1;
      if (at === 0 || lines[at] !== COMMA) return this.#parse(lines, start, end);
      at += 1;
    }
    at += TYPE.length;
    if (!hasAt(lines, at, CONTAINER)) {
      // Also the end of a line whose type is another one; that of a container in an unusual layout is not.
      return lines[at] === CONTAINER[0] && this.#parse(lines, start, end);
    }
    const action = at + CONTAINER.length;
    at = endOfText(lines, action, end);
    if (at < 0 || !hasAt(lines, at, ACTOR)) return this.#parse(lines, start, end);
    const id = at + ACTOR.length;
    at = endOfText(lines, id, end);
    if (at <= id) return false;
    this.verb = verbAt(lines, action);
    this.id = lines.toString('latin1', id, at);
    this.execId = isAboutExec(this.verb) ? execIdIn(lines, at, end) : '';
    return true;
  }

  #parse(lines: Buffer, start: number, end: number): boolean {
    const event = parsed(lines.toString('utf8', start, end));
    const actor = member(event, 'Actor');
    const action = member(event, 'Action');
    const id = member(actor, 'ID');
    if (member(event, 'Type') !== 'container' || typeof id !== 'string' || id === '') return false;
    this.verb = typeof action === 'string' ? verbAt(Buffer.from(`${action}"`), 0) : 'other';
    this.id = id;
    const execId = member(member(actor, 'Attributes'), 'execID');
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

/** Where the last quote of a member stands whose value is a text; -1 when there is no such member. */
function endOfMember(lines: Buffer, at: number, end: number): number {
  if (lines[at] !== QUOTE) return -1;
  const key = endOfText(lines, at + 1, end);
  return key >= 0 && hasAt(lines, key + 1, VALUE) ? endOfText(lines, key + 1 + VALUE.length, end) : -1;
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

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
