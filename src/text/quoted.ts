/** Characters of a value that a message shows. */
const LONGEST = 60;

/** A value that a user wrote, as a message shows it: in quotes, of bounded length, and in one line whatever is in it. */
export function quoted(value = ''): string {
  const characters = [...value.slice(0, 4 * LONGEST)];
  const shown = characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('');
  return `'${shown.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\u{fffd}')}'`;
}
