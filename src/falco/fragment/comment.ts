/** How wide a line of the fragment may be, in characters. */
const WIDTH = 100;

/** A text as comment lines of YAML, broken at blanks, each behind `indent` blanks. */
export function comment(text: string, indent = 0): string[] {
  const start = `${' '.repeat(indent)}#`;
  const lines: string[] = [];
  let line = start;
  for (const word of text.split(' ')) {
    if (line !== start && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = start;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
