/**
 * A text with its control characters written as JSON escapes, so that nothing in an event can start a line of its own or
 * steer a terminal.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, escapeControl);
}

/** Text of several lines, each without control characters; tabs stay, as carets are aligned by them. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.split('\t').map(printable).join('\t'));
}

function escapeControl(character: string): string {
  const escaped = JSON.stringify(character).slice(1, -1);
  return escaped.length > 1 ? escaped : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
