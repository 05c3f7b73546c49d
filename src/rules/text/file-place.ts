import type { Place } from './source-text.js';

/** A place in a file as plain data, which can leave the thread and be written to reports. Line and column count from 1. */
export interface FilePlace {
  /** The path as messages call it. */
  readonly file: string;
  readonly line: number;
  /** In characters. */
  readonly column: number;
}

/** The plain data of a place. Counts the lines up to it. */
export function filePlace(place: Place): FilePlace {
  const { line, column } = place.position();
  return { file: place.source.name, line, column };
}
