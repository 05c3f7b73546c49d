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

/** Reads the tokens of the rule language from a text. Each method takes its token and says whether it was there. */
export class Scanner {
  private at = 0;

  constructor(readonly text: LocatedText) {}

  /** Index of the next byte. */
  get index(): number {
    return this.at;
  }

  get atEnd(): boolean {
    return this.at >= this.text.bytes.length;
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
    if (!this.text.bytes.startsWith(text, this.at)) return false;
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

  /** The value of a string in single or double quotes; undefined when none starts here or it does not end. */
  quotedString(): ByteString | undefined {
    const { bytes } = this.text;
    const quote = bytes[this.at];
    if (quote !== '"' && quote !== "'") return undefined;
    // As in Falco, a quote after a backslash never ends the string, not even when that backslash is itself escaped.
    let end = this.at + 1;
    while (end < bytes.length && (bytes[end] !== quote || bytes[end - 1] === '\\')) end++;
    if (end >= bytes.length) return undefined;
    const start = this.at + 1;
    const result = unquote(bytes.slice(start, end), quote);
    if (typeof result !== 'string') throw this.failure(result.message, start + result.index);
    this.at = end + 1;
    return result;
  }

  /** What stands here, short enough for a message. */
  excerpt(): string {
    const [rest = ''] = this.text.slice(this.at).toString().split('\n');
    if (rest === '') return 'the end';
    return `'${rest.length > 20 ? `${rest.slice(0, 20)}…` : rest}'`;
  }

  /** What is wrong at an index, to be thrown. */
  failure(message: string, index = this.at): SyntaxFailure {
    return new SyntaxFailure(message, this.text.place(index));
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text.bytes)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
