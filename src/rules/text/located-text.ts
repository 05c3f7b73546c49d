import { toBytes, toText } from '../bytes.js';
import type { ByteString } from '../event-batch.js';
import type { Place, SourceText } from './source-text.js';

/** A stretch of bytes from one source text: `offsets[i]` is where byte `i` came from. */
interface Piece {
  readonly start: number;
  readonly source: SourceText;
  readonly offsets: readonly number[];
  readonly note?: string | undefined;
}

/**
 * A byte string that remembers where each byte was written. Conditions are put together from several texts (appended
 * parts, the items of lists, exceptions) before they are parsed, and an error must still point into the file.
 */
export class LocatedText {
  private constructor(
    readonly bytes: ByteString,
    private readonly pieces: readonly Piece[],
  ) {}

  /** Text whose character `i` stands at `offsets[i]` of the source. */
  static mapped(text: string, source: SourceText, offsets: readonly number[]): LocatedText {
    const ofBytes: number[] = [];
    let index = 0;
    for (const character of text) {
      const size = Buffer.byteLength(character);
      for (let i = 0; i < size; i++) ofBytes.push(offsets[index] as number);
      index += character.length;
    }
    return new LocatedText(toBytes(text), [{ start: 0, source, offsets: ofBytes }]);
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
  static generated(bytes: ByteString, place: Place, note = place.note): LocatedText {
    const offsets = new Array<number>(bytes.length).fill(place.offset);
    return new LocatedText(bytes, [{ start: 0, source: place.source, offsets, note }]);
  }

  static concat(parts: readonly LocatedText[]): LocatedText {
    const pieces: Piece[] = [];
    let start = 0;
    for (const part of parts) {
      for (const piece of part.pieces) pieces.push({ ...piece, start: start + piece.start });
      start += part.bytes.length;
    }
    return new LocatedText(parts.map((part) => part.bytes).join(''), pieces);
  }

  /** The text for a message. */
  toString(): string {
    return toText(this.bytes);
  }

  slice(from: number, to = this.bytes.length): LocatedText {
    const pieces: Piece[] = [];
    for (const piece of this.pieces) {
      const first = Math.max(from, piece.start);
      const last = Math.min(to, piece.start + piece.offsets.length);
      if (first >= last) continue;
      const offsets = piece.offsets.slice(first - piece.start, last - piece.start);
      pieces.push({ ...piece, start: first - from, offsets });
    }
    return new LocatedText(this.bytes.slice(from, to), pieces);
  }

  /** Where byte `index` was written; an index at or past the end is the place after the last byte. */
  place(index: number): Place {
    const written = this.pieces.filter((piece) => piece.offsets.length > 0);
    const piece = written.findLast(({ start }) => start <= index) ?? this.pieces[0];
    if (!piece) throw new RangeError('the text comes from nowhere');
    const offset = piece.offsets[index - piece.start] ?? (piece.offsets[piece.offsets.length - 1] ?? -1) + 1;
    return piece.source.at(offset, piece.note);
  }
}
