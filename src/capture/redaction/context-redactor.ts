import type { LabelKeys } from './label-keys.js';
import { MARK, type Range, united } from './mark.js';
import type { TextPatterns } from './text-patterns.js';

type Json = string | number | boolean | null | readonly Json[] | JsonObject;

interface JsonObject {
  readonly [key: string]: Json;
}

/** Members that no redaction changes: identities, a time, and docktape's own words. */
const KEPT: ReadonlySet<string> = new Set(['id', 'image_id', 'created', 'lacks']);

/** Lists that are one command line, those of a container together; the parts of one stand beside each other in an object. */
const COMMAND_LINES: ReadonlySet<string> = new Set(['entrypoint', 'command', 'args']);

/**
 * Redacts contexts as events are redacted: by patterns in each string but {@link KEPT}; command lines as a whole; and with the label
 * `image`, the digests, which have the image's name. A pattern sees the arguments of a command also as one text, with blanks between
 * them: in the event they are one.
 */
export class ContextRedactor {
  readonly #patterns: TextPatterns;
  readonly #redacted: ReadonlySet<string>;

  constructor(patterns: TextPatterns, labels: LabelKeys, commands: boolean) {
    this.#patterns = patterns;
    this.#redacted = new Set([...(commands ? COMMAND_LINES : []), ...(labels.has('image') ? ['image_digests'] : [])]);
  }

  /** @param json a JSON object, as the result */
  redact(json: Buffer): Buffer {
    return Buffer.from(JSON.stringify(this.#object(JSON.parse(json.toString()) as JsonObject)));
  }

  #object(object: JsonObject): JsonObject {
    const lines = this.#commandLines(object);
    return Object.fromEntries(
      Object.entries(object).map(([key, value]) => {
        if (KEPT.has(key)) return [key, value];
        if (this.#redacted.has(key)) return [key, [MARK]];
        return [key, lines[key] ?? this.#value(value)];
      }),
    );
  }

  #value(value: Json): Json {
    if (typeof value === 'string') return this.#words([value])[0] as string;
    if (Array.isArray(value)) return value.map((element: Json) => this.#value(element));
    return typeof value === 'object' && value !== null ? this.#object(value as JsonObject) : value;
  }

  /** The members of an object that make up a command line. */
  #commandLines(object: JsonObject): Readonly<Record<string, readonly string[]>> {
    const parts = Object.entries(object).filter(
      (part): part is [string, string[]] => COMMAND_LINES.has(part[0]) && isTexts(part[1]),
    );
    const words = this.#words(parts.flatMap(([, texts]) => texts));
    return Object.fromEntries(parts.map(([key, texts]) => [key, words.splice(0, texts.length)]));
  }

  /** Redacts in each of the words, and in what they are together. */
  #words(words: readonly string[]): string[] {
    const escaped = words.map((word) => JSON.stringify(word).slice(1, -1));
    const line = Buffer.from(escaped.join(' '));
    const places: Range[] = [];
    for (const word of escaped) {
      const start = (places.at(-1)?.end ?? -1) + 1;
      places.push({ start, end: start + Buffer.byteLength(word) });
    }
    const alone = places.flatMap(({ start, end }) => this.#patterns.ranges(line, start, end, true));
    const together = words.length > 1 ? this.#patterns.ranges(line, 0, line.length, true) : [];
    const ranges = united([...alone, ...together]);
    return places.map((place) => JSON.parse(`"${withMarks(line, place, ranges)}"`) as string);
  }
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/** The text at a place of the line, with a mark for each range that reaches into it. */
function withMarks(line: Buffer, place: Range, ranges: readonly Range[]): string {
  let text = '';
  let taken = place.start;
  for (const range of ranges) {
    const [start, end] = [Math.max(range.start, place.start), Math.min(range.end, place.end)];
    if (start >= end) continue;
    text += line.toString('utf8', taken, start) + MARK;
    taken = end;
  }
  return text + line.toString('utf8', taken, place.end);
}
