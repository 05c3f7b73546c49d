import { stripVTControlCharacters } from 'node:util';
import { printable } from '../../rules/output/printable.js';
import type { FilePlace } from '../../rules/text/file-place.js';

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

/** Text of several lines, each without control characters; tabs stay, as carets are aligned by them. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.split('\t').map(printable).join('\t'));
}

/** `FILE:LINE`, which terminals and editors open. */
export function placeText({ file, line }: FilePlace): string {
  return printable(`${file}:${line}`);
}

/** "1 event", "2,000 events". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** "0.8 s". */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** The first `most` lines, and a last one that says how many more there are. */
export function shortened(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `… and ${lines.length - most} more`];
}
