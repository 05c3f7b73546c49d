import { stripVTControlCharacters } from 'node:util';

/** How wide a line for people may be, in characters. */
export const LINE_WIDTH = 100;

/** Words with the blanks before them. A word that a pipeline would read as a command at the start of a line stays behind another. */
const WORDS = /\s*\S+(?:\s+(?:::|##)\S*)*/g;

/**
 * A line as several, broken at blanks so that none is longer than `width`; a word that is longer stays whole, so that paths can
 * be clicked and IDs copied. Lines after the first are indented by `hanging` blanks. Codes of colours take no room.
 */
export function wrap(text: string, width: number, hanging = 2): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(WORDS) ?? []) {
    if (line !== '' && stripVTControlCharacters(line + word).length > width) {
      lines.push(line);
      line = ' '.repeat(hanging) + word.trimStart();
    } else {
      line += word;
    }
  }
  return [...lines, line];
}

/** Every line indented by so many blanks; empty ones stay empty. */
export function indent(lines: readonly string[], blanks: number): string[] {
  return lines.map((line) => (line === '' ? line : ' '.repeat(blanks) + line));
}

/** The first `most` lines, and a last one that says how many more there are. */
export function shortened(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `… and ${lines.length - most} more`];
}
