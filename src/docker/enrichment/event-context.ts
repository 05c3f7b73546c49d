/**
 * What docktape has found out, beside an event, of what the event is about: which host, what container, which exec. The same
 * object stands for all events that it is true of, so that it can be counted, written and sent once.
 */
export interface EventContext {
  /** A JSON object in UTF-8 on one line, in which no key is anybody's choice; see `contextOf`. */
  readonly json: Buffer;
  /** Who last told a plugin of it, and how many contexts were told before; see `ContextSlots`. */
  teller?: object;
  turn?: number;
}

/**
 * What stands between a daemon's event without its last brace and its context. It occurs only once in a line: a daemon's event has
 * no object under such a key, a quote inside a string is escaped, and a context has no such key.
 */
const MEMBER = Buffer.from(',"docktape":');

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether a line, without its newline and from `start` to `end` of the bytes, can take a context: it ends as an object does. */
export function takesContext(bytes: Buffer, start = 0, end = bytes.length): boolean {
  return end - start > 2 && bytes[end - 1] === CLOSE;
}

/**
 * The event with its context as one more member, `docktape`, before its last brace: what rules see. The daemon's bytes are got back
 * by {@link splitContext}.
 *
 * @param line without its newline, for which {@link takesContext} holds
 */
export function withContext(line: Buffer, { json }: EventContext): Buffer {
  return Buffer.concat([line.subarray(0, -1), MEMBER, json, line.subarray(-1)]);
}

/** The most bytes that a line with its context has more than the line alone. */
export function contextLength({ json }: EventContext): number {
  return MEMBER.length + json.length;
}

/** Writes what {@link withContext} makes of the last brace of a line, over that brace, and returns where it ends. */
export function writeContext(out: Buffer, brace: number, { json }: EventContext): number {
  const end = brace + MEMBER.copy(out, brace) + json.length;
  json.copy(out, end - json.length);
  out[end] = CLOSE;
  return end + 1;
}

/** A line without its newline, taken apart again: the daemon's own bytes, and the context's, if it has one. */
export function splitContext(line: Buffer): { readonly payload: Buffer; readonly context?: Buffer } {
  if (line[line.length - 1] !== CLOSE || line[line.length - 2] !== CLOSE) return { payload: line };
  const at = line.lastIndexOf(MEMBER);
  if (at <= 0 || line[at + MEMBER.length] !== OPEN) return { payload: line };
  return {
    payload: Buffer.concat([line.subarray(0, at), line.subarray(-1)]),
    context: line.subarray(at + MEMBER.length, -1),
  };
}
