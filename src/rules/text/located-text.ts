import { toBytes, toText } from '../bytes.js';
import type { ByteString } from '../event-batch.js';
import type { Place, SourceText } from './source-text.js';

/** A stretch of bytes from one source text. Cutting a text cuts pieces without copying what is in them. */
interface Piece {
  /** Where it begins in the text, in bytes. */
  readonly start: number;
  readonly length: number;
  readonly source: SourceText;
  /** Where byte `i` of the piece came from is `offsets[first + i]`; a number is where all of them came from. */
  readonly offsets: readonly number[] | number;
  readonly first: number;
  readonly note?: string | undefined;
}

/**
 * A byte string that remembers where each byte was written. Conditions are put together from several texts (appended
 * parts, the items of lists, exceptions) before they are parsed, and an error must still point into the file.
 */
export class LocatedText {
  /** @param pieces in order and without holes; empty ones only where nothing else is there to say where the text is */
  private constructor(
    readonly bytes: ByteString,
    private readonly pieces: readonly Piece[],
  ) {}

  /** Text whose character `i` stands at `offsets[i]` of the source. */
  static mapped(text: string, source: SourceText, offsets: readonly number[]): LocatedText {
    const bytes = toBytes(text);
    const ofBytes = bytes.length === text.length ? offsets : offsetsOfBytes(text, offsets);
    return new LocatedText(bytes, [{ start: 0, length: bytes.length, source, offsets: ofBytes, first: 0 }]);
  }

  /** A whole source text. */
  static whole(source: SourceText): LocatedText {
    return LocatedText.mapped(
      source.text,
      source,
      Array.from({ length: source.text.length }, (_, i) => i),
    );
  }

  /** Bytes that nobody wrote as they are; all of them point to one place, which may say with a note what they are. */
  static generated(bytes: ByteString, { source, offset, note }: Place, ownNote = note): LocatedText {
    return new LocatedText(bytes, [
      { start: 0, length: bytes.length, source, offsets: offset, first: 0, note: ownNote },
    ]);
  }

  static concat(parts: readonly LocatedText[]): LocatedText {
    const pieces: Piece[] = [];
    let start = 0;
    for (const part of parts) {
      for (const piece of part.pieces) pieces.push(start === 0 ? piece : { ...piece, start: start + piece.start });
      start += part.bytes.length;
    }
    const filled = pieces.filter(({ length }) => length > 0);
    return new LocatedText(parts.map((part) => part.bytes).join(''), filled.length > 0 ? filled : pieces.slice(0, 1));
  }

  /** The text for a message. */
  toString(): string {
    return toText(this.bytes);
  }

  slice(from: number, to = this.bytes.length): LocatedText {
    const pieces: Piece[] = [];
    for (let i = this.pieceAt(from); i < this.pieces.length; i++) {
      const piece = this.pieces[i] as Piece;
      if (piece.start >= to) break;
      const begin = Math.max(from, piece.start);
      const length = Math.min(to, piece.start + piece.length) - begin;
      if (length > 0) pieces.push({ ...piece, start: begin - from, length, first: piece.first + begin - piece.start });
    }
    return new LocatedText(this.bytes.slice(from, to), pieces);
  }

  /** Where byte `index` was written; an index at or past the end is the place after the last byte. */
  place(index: number): Place {
    const piece = this.pieces[this.pieceAt(index)];
    if (!piece) throw new RangeError('the text comes from nowhere');
    const { offsets, first, length, source, note } = piece;
    const within = index - piece.start;
    if (typeof offsets === 'number') return source.at(within < length ? offsets : offsets + 1, note);
    return source.at(within < length ? (offsets[first + within] as number) : afterLast(piece, offsets), note);
  }

  /** The number of the piece that byte `index` is in, or of the last one. */
  private pieceAt(index: number): number {
    let low = 0;
    let high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.pieces[middle] as Piece).start <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function offsetsOfBytes(text: string, offsets: readonly number[]): number[] {
  const ofBytes: number[] = [];
  let index = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    for (let i = 0; i < size; i++) ofBytes.push(offsets[index] as number);
    index += character.length;
  }
  return ofBytes;
}

function afterLast({ first, length }: Piece, offsets: readonly number[]): number {
  return (offsets[first + length - 1] ?? -1) + 1;
}
