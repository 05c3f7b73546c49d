import { compileSearch, type Search } from '../../match/index.js';
import { type DecodedText, decodeText } from './decoded-text.js';
import { MARK_BYTES, type Range, united } from './mark.js';

/**
 * With more matches than these, and in a text of many MiB with more than a few, the whole of it is redacted: to look for each may mean
 * to read the text to its end, and the daemon's events have to be read meanwhile.
 */
const MOST_MATCHES = 100;
const MOST_BYTES = 16 * 1024 * 1024;

/** How often a text is searched anew after a redaction. */
const MOST_PASSES = 4;

/** One pattern, as it is searched for in texts and in lines. */
interface TextPattern {
  readonly inText: Search;
  /** Finds the lines in which a text without escapes may match; absent when lines cannot tell. */
  readonly inLine?: Search;
}

/** What is to be redacted in texts, wherever in them it stands. */
export class TextPatterns {
  readonly #patterns: readonly TextPattern[];

  /**
   * @param sources in RE2's own syntax
   * @throws Error with RE2's message
   */
  constructor(sources: readonly string[]) {
    this.#patterns = sources.map((source) => {
      const pattern = Buffer.from(source, 'utf8').toString('latin1');
      const inText = compileSearch(pattern, 'text');
      return seesEdges(source) ? { inText } : { inText, inLine: compileSearch(pattern, 'line') };
    });
  }

  get count(): number {
    return this.#patterns.length;
  }

  /** Whether one of them matches where there is nothing. */
  get matchNothing(): boolean {
    return this.#patterns.some(({ inText }) => inText.matchesNothing());
  }

  /** What finds the lines in which a text without escapes may match; `undefined` when each of them may. */
  get lineSearches(): readonly Search[] | undefined {
    const searches = this.#patterns.flatMap(({ inLine }) => inLine ?? []);
    return searches.length === this.#patterns.length ? searches : undefined;
  }

  /**
   * What to redact of the text of a JSON string: the matches in what it stands for. Where a mark is part of a match it goes into it, so
   * that redacting a line again changes nothing.
   *
   * @param hasEscapes whether the text has to be decoded
   */
  ranges(line: Uint8Array, start: number, end: number, hasEscapes: boolean): readonly Range[] {
    if (this.count === 0) return [];
    // Where each character stands only matters once there is a match.
    const plain = hasEscapes ? textOf(line, start, end) : line;
    if (!this.#matchesIn(plain, hasEscapes ? 0 : start, hasEscapes ? plain.length : end)) return [];
    return this.#rangesIn(decodeText(line, start, end), { start, end });
  }

  #matchesIn(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#patterns.some(({ inText }) => inText.first(bytes, start, end) >= 0);
  }

  #rangesIn(original: DecodedText, whole: Range): readonly Range[] {
    const marks = joinMarks(original);
    let text = original;
    let ranges: Range[] = [];
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      const found = this.#search(text);
      if (!found) return [whole];
      const fresh = found.filter(({ start, end }) => marks.get(start) !== end);
      if (fresh.length === 0) return ranges;
      ranges = united([...ranges, ...fresh]);
      for (const { start, end } of ranges) marks.set(start, end);
      text = withMarks(original, ranges);
    }
    return [whole];
  }

  /** `undefined` when there are too many. */
  #search({ bytes, begins, ends }: DecodedText): Range[] | undefined {
    const found: Range[] = [];
    const most = Math.min(MOST_MATCHES, Math.ceil(MOST_BYTES / bytes.length));
    for (const { inText } of this.#patterns) {
      const places = inText.matches(bytes, 0, bytes.length, most + 1) ?? [];
      if (places.length > 2 * most) return undefined;
      for (let index = 0; index < places.length; index += 2) {
        const first = places[index] as number;
        const last = (places[index + 1] as number) - 1;
        found.push({ start: begins[first] as number, end: ends[last] as number });
      }
    }
    return found;
  }
}

/** What a JSON string with escapes stands for, in UTF-8. */
function textOf(line: Uint8Array, start: number, end: number): Uint8Array {
  const text = Buffer.from(line.buffer, line.byteOffset + start, end - start).toString();
  return Buffer.from(String(JSON.parse(`"${text}"`)));
}

/** Has each byte of a mark stand for the whole of it, as if it were one character; returns where each begins and ends in the line. */
function joinMarks({ bytes, begins, ends }: DecodedText): Map<number, number> {
  const marks = new Map<number, number>();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = text.indexOf(MARK_BYTES); at >= 0; at = text.indexOf(MARK_BYTES, at + MARK_BYTES.length)) {
    const begin = begins[at] as number;
    const end = ends[at + MARK_BYTES.length - 1] as number;
    begins.fill(begin, at, at + MARK_BYTES.length);
    ends.fill(end, at, at + MARK_BYTES.length);
    marks.set(begin, end);
  }
  return marks;
}

/** The text with marks in place of ranges, which begin and end where characters do. */
function withMarks({ bytes, begins, ends }: DecodedText, ranges: readonly Range[]): DecodedText {
  const most = bytes.length + ranges.length * MARK_BYTES.length;
  const marked = { bytes: new Uint8Array(most), begins: new Uint32Array(most), ends: new Uint32Array(most) };
  let length = 0;
  let next = 0;
  for (let at = 0; at < bytes.length; ) {
    const range = ranges[next];
    if (range && begins[at] === range.start) {
      marked.bytes.set(MARK_BYTES, length);
      marked.begins.fill(range.start, length, length + MARK_BYTES.length);
      marked.ends.fill(range.end, length, length + MARK_BYTES.length);
      length += MARK_BYTES.length;
      next += 1;
      while (at < bytes.length && (ends[at] as number) <= range.end) at += 1;
    } else {
      marked.bytes[length] = bytes[at] as number;
      marked.begins[length] = begins[at] as number;
      marked.ends[length] = ends[at] as number;
      length += 1;
      at += 1;
    }
  }
  return { ...marked, bytes: marked.bytes.subarray(0, length) };
}

/**
 * Whether a pattern may tell the edge of a text from the midst of a line: by `^`, `$`, `\A` or `\z`. (`\b` cannot: what stands beside a
 * text in a line are quotes, which are no letters either.) When in doubt, it may.
 */
function seesEdges(pattern: string): boolean {
  if (pattern.includes('\\Q')) return true;
  const bare = pattern.replace(/\\[^Az]/gsu, '').replaceAll('[^', '[');
  return /[\^$]|\\[Az]/.test(bare);
}
