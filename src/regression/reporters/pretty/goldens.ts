import type { Colors } from 'picocolors/types.js';
import { printable } from '../../../rules/output/printable.js';
import { indent, shortened } from '../../../text/lines.js';
import type { GoldenChange } from '../../report.js';

/** How many lines of a golden that came, and of those that went, are printed. */
const LINES_SHOWN = 10;

/** The goldens that were written, with what changed in each. */
export function goldenLines(goldens: readonly GoldenChange[], colours: Colors, verbose: boolean): string[] {
  const most = verbose ? Number.POSITIVE_INFINITY : LINES_SHOWN;
  return goldens.flatMap(({ path, added, removed }) => [
    `Golden written: ${colours.bold(printable(path))}  - ${removed.length} removed  + ${added.length} added`,
    ...indent(signed('-', removed, most).map(colours.red), 2),
    ...indent(signed('+', added, most).map(colours.green), 2),
    '',
  ]);
}

function signed(sign: string, lines: readonly string[], most: number): string[] {
  return shortened(lines.map(printable), most).map((line) => `${sign} ${line}`);
}
