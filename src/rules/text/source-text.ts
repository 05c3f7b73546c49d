/** A text that rules or a condition come from: a file, or an argument of the command line. */
export class SourceText {
  /**
   * @param name what messages call it: the file's path as the user gave it
   * @param text its content
   */
  constructor(
    readonly name: string,
    readonly text: string,
  ) {}

  /** The place of a UTF-16 offset into the text; see {@link Place.note}. */
  at(offset: number, note?: string): Place {
    return new Place(this, offset, note);
  }
}

/** Where a place is for people: line and column from 1, the column in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** The whole line, without its end. */
  readonly lineText: string;
}

/** A place in a source text. The line is only counted when someone asks. */
export class Place {
  constructor(
    readonly source: SourceText,
    readonly offset: number,
    /** What stands in for the text there, when the text is not what was parsed: `in the list NAME`. */
    readonly note?: string,
  ) {}

  position(): Position {
    const { text } = this.source;
    // A value that is missing at the end of the file is reported on the last line that has something on it.
    let offset = Math.min(this.offset, text.length);
    while (offset > 0 && offset === text.length && /\s/.test(text[offset - 1] as string)) offset--;
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    const end = text.indexOf('\n', offset);
    return {
      line: countLines(text, start),
      column: [...text.slice(start, offset)].length + 1,
      lineText: text.slice(start, end < 0 ? undefined : end).replace(/\r$/, ''),
    };
  }
}

function countLines(text: string, end: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < end; i = text.indexOf('\n', i + 1)) line++;
  return line;
}
