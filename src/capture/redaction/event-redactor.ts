import { decodeText } from './decoded-text.js';
import { type Place, STRINGS, visitValues } from './json-strings.js';
import { beginsWith, type LabelKeys } from './label-keys.js';
import { MARK_BYTES, MARK_VALUE, type Range } from './mark.js';
import type { TextPatterns } from './text-patterns.js';

/** Bytes of a line, and what to write in their place. */
export interface Edit extends Range {
  readonly bytes: Uint8Array;
}

/** What to change in a line, in its order, and in how many of its values. */
export interface LineEdits {
  readonly edits: readonly Edit[];
  readonly values: number;
}

/** A string that rules and time depend on, and that no redaction changes. Where it is an object or a list instead, what is below is redacted like the rest. */
const KEPT: Place = { take: 'strings' };

/** `Action`, and `status`, which repeats it: a verb, and for some `: ` and a text. */
const ACTION: Place = { take: 'strings' };

const REDACTED: Place = { take: 'all' };

const EXEC_VERBS = ['exec_create', 'exec_start'].map((verb) => Buffer.from(verb));

const SPACE = 0x20;
const COLON = 0x3a;

/**
 * Finds what to redact in the line of an event. Never in `Type`, `scope`, `id`, `Actor.ID`, the times, the verb of an action and keys of
 * any object; else
 *
 * - patterns in each string: attributes, `from` (the image of containers), what follows the verb of an action, and what is not known;
 * - labels in `Actor.Attributes`; that of `image` in `from` as well, which repeats it;
 * - commands after `exec_create: ` and `exec_start: `.
 */
export class EventRedactor {
  readonly #patterns: TextPatterns;
  readonly #execCommands: boolean;
  readonly #root: Place;

  constructor(patterns: TextPatterns, labels: LabelKeys, execCommands: boolean) {
    this.#patterns = patterns;
    this.#execCommands = execCommands;
    this.#root = rootPlace(labels);
  }

  /**
   * @param textsMayMatch whether patterns may match in a string without escapes
   * @returns `undefined` when it is no line of JSON
   */
  edits(lines: Uint8Array, start: number, end: number, textsMayMatch: boolean): LineEdits | undefined {
    const edits: Edit[] = [];
    let values = 0;
    const isJson = visitValues(lines, start, end, this.#root, (place, from, to, hasEscapes) => {
      const before = edits.length;
      if (place === REDACTED) {
        const isDone = to - from === MARK_VALUE.length && beginsWith(lines, from, MARK_VALUE);
        if (!isDone) edits.push({ start: from, end: to, bytes: MARK_VALUE });
      } else if (place === ACTION || (place !== KEPT && (hasEscapes || textsMayMatch))) {
        const ranges =
          place === ACTION
            ? this.#inAction(lines, from, to, hasEscapes)
            : this.#patterns.ranges(lines, from, to, hasEscapes);
        for (const range of ranges) edits.push({ start: range.start, end: range.end, bytes: MARK_BYTES });
      }
      if (edits.length > before) values += 1;
    });
    return isJson ? { edits, values } : undefined;
  }

  #inAction(lines: Uint8Array, start: number, end: number, hasEscapes: boolean): readonly Range[] {
    const action = hasEscapes ? decodeText(lines, start, end) : undefined;
    const bytes = action?.bytes ?? lines;
    const from = action ? 0 : start;
    const to = action ? action.bytes.length : end;
    const colon = colonIn(bytes, from, to);
    // Nothing follows on the verb.
    if (colon + 2 >= to) return [];
    const rest = action ? (action.begins[colon + 2] as number) : colon + 2;
    const isCommand = EXEC_VERBS.some((verb) => colon - from === verb.length && beginsWith(bytes, from, verb));
    if (!this.#execCommands || !isCommand) return this.#patterns.ranges(lines, rest, end, hasEscapes);
    const isDone = to - (colon + 2) === MARK_BYTES.length && beginsWith(bytes, colon + 2, MARK_BYTES);
    return isDone ? [] : [{ start: rest, end }];
  }
}

/** Where the first `: ` is; the end when there is none. */
function colonIn(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at + 1 < end; at += 1) {
    if (bytes[at] === COLON && bytes[at + 1] === SPACE) return at;
  }
  return end;
}

function rootPlace(labels: LabelKeys): Place {
  const attributes: Place = {
    take: 'strings',
    members: { below: (bytes, start, end) => (labels.hasBytes(bytes, start, end) ? REDACTED : STRINGS) },
  };
  const actor = table({ ID: KEPT, Attributes: labels.keys.length > 0 ? attributes : STRINGS });
  return table({
    Type: KEPT,
    scope: KEPT,
    id: KEPT,
    time: KEPT,
    timeNano: KEPT,
    Action: ACTION,
    status: ACTION,
    from: labels.has('image') ? REDACTED : STRINGS,
    Actor: actor,
  });
}

/** An object with some known keys; strings below other keys are redacted by patterns. */
function table(known: Readonly<Record<string, Place>>): Place {
  const entries = Object.entries(known).map(([key, place]) => ({ key: Buffer.from(key), place }));
  const below = (bytes: Uint8Array, start: number, end: number): Place => {
    for (const { key, place } of entries) {
      if (key.length === end - start && beginsWith(bytes, start, key)) return place;
    }
    return STRINGS;
  };
  return { take: 'strings', members: { below } };
}
