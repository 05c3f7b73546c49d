import type { LineBatch } from '../../docker/line-batch.js';
import { compileSearch, type Search } from '../../match/index.js';
import type { LabelKeys } from './label-keys.js';
import type { TextPatterns } from './text-patterns.js';

/** What is known of a line before it is read. */
export const Candidate = {
  /** There is nothing to redact in it. */
  none: 0,
  /** Something may be, but patterns cannot match in strings without escapes. */
  parts: 1,
  /** Something may be anywhere. */
  anywhere: 2,
} as const;

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;

/**
 * Finds the lines in which there may be something to redact, so that most need not be read. What it finds in a line depends on nothing
 * but the line.
 */
export class CandidateSearch {
  /** Finds keys and actions where they are spelled without escapes. */
  readonly #needles: readonly Search[];
  readonly #texts: readonly Search[] | undefined;

  constructor(patterns: TextPatterns, labels: LabelKeys, execCommands: boolean) {
    const exec = execCommands ? ['"exec_create: ', '"exec_start: '] : [];
    const needles = [...labels.needles, ...exec].map(quoted).join('|');
    this.#needles = needles === '' ? [] : [compileSearch(needles, 'line')];
    this.#texts = patterns.lineSearches;
  }

  /** A `Candidate` for each line; `undefined` when it is `none` for all of them. */
  find({ lines, count }: LineBatch): Uint8Array | undefined {
    const ends = new Uint32Array(count);
    for (let index = 0, end = 0; index < count; index += 1) {
      end = lines.indexOf(NEWLINE, end) + 1;
      ends[index] = end;
    }
    const found = new Uint8Array(count);
    if (!this.#texts) return found.fill(Candidate.anywhere);
    const mark = (as: number, search: Search) =>
      markLines(found, ends, as, (from) => search.first(lines, from, lines.length));
    // What is spelled with escapes cannot be searched for: the same text has many such spellings.
    let any = markLines(found, ends, Candidate.parts, (from) => lines.indexOf(BACKSLASH, from));
    for (const search of this.#needles) any = mark(Candidate.parts, search) || any;
    for (const search of this.#texts) any = mark(Candidate.anywhere, search) || any;
    return any ? found : undefined;
  }
}

/** @param next where something is found at `from` or behind it; -1 when it is not */
function markLines(found: Uint8Array, ends: Uint32Array, as: number, next: (from: number) => number): boolean {
  let any = false;
  let index = 0;
  for (let at = next(0); at >= 0 && index < ends.length; ) {
    while ((ends[index] as number) <= at) index += 1;
    found[index] = as;
    any = true;
    at = next(ends[index] as number);
    index += 1;
  }
  return any;
}

/** A pattern for just this text. */
function quoted(text: string): string {
  return text.replace(/\W/gu, (character) => `\\x{${character.codePointAt(0)?.toString(16)}}`);
}
