import { toText } from '../bytes.js';
import type { ByteString } from '../event-batch.js';
import type { LocatedText } from '../text/located-text.js';
import type { Place } from '../text/source-text.js';
import { unquote } from './quoted-string.js';

/** What is wrong with a condition or an output format, and where. */
export class SyntaxFailure extends Error {
  constructor(
    message: string,
    readonly place: Place,
  ) {
    super(message);
  }
}

/** Falco's tokens (`filter/parser.cpp`): white space in these is ASCII's, bytes above it are letters like any. */
const FIELD_NAME = /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y;
const IDENTIFIER = /[a-zA-Z][a-zA-Z0-9_]*/y;
const FIELD_ARGUMENT = /[^\][" '\t\n\v\f\r]+/y;
const NUMBER = /0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y;
const BARE_STRING = /[^()"' \t\n\v\f\r=,]+/y;
const BLANKS = /[ \t\b\r\n]+/y;
const NOT = /not[ \t\n\v\f\r]+/y;

/** How deep a text may nest: far beyond what anyone writes, and safe for the stack. Falco 0.44 has no bound and crashes. */
const MAX_DEPTH = 500;

/** Reads the tokens of the rule language from a text. Each method takes its token and says whether it was there. */
export class Scanner {
  private readonly bytes: ByteString;
  private at: number;
  private last: number;
  private depth = 0;

  /** Reads `text` from one byte up to another, by default all of it. */
  constructor(
    readonly text: LocatedText,
    start = 0,
    end = text.bytes.length,
  ) {
    this.bytes = text.bytes.slice(0, end);
    this.at = start;
    this.last = start;
  }

  /** Index of the next byte. */
  get index(): number {
    return this.at;
  }

  /** Index of the token that was read last. */
  get lastToken(): number {
    return this.last;
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  get place(): Place {
    return this.text.place(this.at);
  }

  /** Goes back to an index read from {@link index}. */
  rewind(index: number): void {
    this.at = index;
  }

  blanks(): boolean {
    return this.match(BLANKS) !== undefined;
  }

  /** A text as it is, without regard to what follows. */
  token(text: string): boolean {
    if (!this.bytes.startsWith(text, this.at)) return false;
    this.last = this.at;
    this.at += text.length;
    return true;
  }

  /** The first of the texts that stands here. */
  oneOf<T extends string>(texts: readonly T[]): T | undefined {
    return texts.find((text) => this.token(text));
  }

  /** A word with a blank behind it, which is taken too. */
  word(text: string): boolean {
    const start = this.at;
    if (this.token(text) && this.blanks()) return true;
    this.at = start;
    return false;
  }

  /** The keyword `not`. It alone may have a form feed or a vertical tab behind it. */
  not(): boolean {
    return this.match(NOT) !== undefined;
  }

  /** Reads what stands within what is being read, which is bounded. */
  nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.failure(`parentheses nest deeper than ${MAX_DEPTH}`);
    const result = read();
    this.depth--;
    return result;
  }

  fieldName(): string | undefined {
    return this.match(FIELD_NAME);
  }

  identifier(): string | undefined {
    return this.match(IDENTIFIER);
  }

  fieldArgument(): ByteString | undefined {
    return this.match(FIELD_ARGUMENT);
  }

  number(): ByteString | undefined {
    return this.match(NUMBER);
  }

  bareString(): ByteString | undefined {
    return this.match(BARE_STRING);
  }

  /**
   * The value of a string in single or double quotes; undefined when none starts here or it does not end.
   *
   * @throws SyntaxFailure for an escape that is none; the scanner is then behind the string
   */
  quotedString(): ByteString | undefined {
    const { bytes } = this;
    const quote = bytes[this.at];
    if (quote !== '"' && quote !== "'") return undefined;
    // As in Falco, a quote after a backslash never ends the string, not even when that backslash is itself escaped.
    let end = this.at + 1;
    while (end < bytes.length && (bytes[end] !== quote || bytes[end - 1] === '\\')) end++;
    if (end >= bytes.length) return undefined;
    const start = this.at + 1;
    const result = unquote(bytes.slice(start, end), quote);
    this.last = this.at;
    this.at = end + 1;
    if (typeof result !== 'string') throw this.failure(result.message, start + result.index);
    return result;
  }

  /** What stands here, short enough for a message. */
  excerpt(): string {
    // Twenty characters have at most eighty bytes.
    const [rest = ''] = toText(this.bytes.slice(this.at, this.at + 84)).split('\n');
    if (rest === '') return 'the end';
    return `'${rest.length > 20 ? `${rest.slice(0, 20)}…` : rest}'`;
  }

  /** What is wrong at an index, to be thrown. */
  failure(message: string, index = this.at): SyntaxFailure {
    return new SyntaxFailure(message, this.text.place(index));
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.bytes)?.[0];
    if (found === undefined) return undefined;
    this.last = this.at;
    this.at += found.length;
    return found;
  }
}
