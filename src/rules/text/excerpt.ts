import type { Place } from './source-text.js';

/** How many characters of a long line are shown on each side of the caret. */
const EXCERPT = 90;

/** The line that a place is on and, in a line below, a caret under the place; both indented by two blanks. */
export function excerptAt(place: Place): string {
  const { before, line } = cut(place);
  // A tab stays a tab, so that the caret stands under its character whatever the terminal's tab stops are.
  const indent = before.replace(/[^\t]/gu, ' ');
  return `  ${line}\n  ${indent}^`;
}

function cut(place: Place): { before: string; line: string } {
  const { column, lineText } = place.position();
  const characters = [...lineText];
  const at = column - 1;
  const from = at > EXCERPT ? at - EXCERPT : 0;
  const to = Math.min(characters.length, at + EXCERPT);
  const lead = from > 0 ? '…' : '';
  return {
    before: lead + characters.slice(from, at).join(''),
    line: lead + characters.slice(from, to).join('') + (to < characters.length ? '…' : ''),
  };
}
