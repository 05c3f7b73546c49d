import type { Colors } from 'picocolors/types.js';
import type { TermObservation } from '../../../rules/observe/observation.js';
import { printable } from '../../../rules/output/printable.js';
import { indent, LINE_WIDTH, wrap } from '../../../text/lines.js';
import type { CoverageReport, RuleCoverage } from '../../report.js';
import { placeText } from '../place-text.js';

/** How wide the column of rules' names may become. */
const NAME_WIDTH = 60;

/** The width of a column of numbers, which its title fits. */
const NUMBER_WIDTH = 10;

/** Which rules are tested how well: a line for each, and under it the terms that were never true, or never false. */
export function coverageLines({ rules, percent }: CoverageReport, colours: Colors): string[] {
  const width = Math.min(NAME_WIDTH, Math.max(0, ...rules.map(({ rule }) => printable(rule).length)));
  const titles = ['fired', 'positive', 'negative'].map((title) => title.padStart(NUMBER_WIDTH)).join('');
  const table = rules.flatMap((rule) => [ruleLine(rule, width, colours), ...indent(termLines(rule, colours), 4)]);
  return [
    `${colours.bold('Coverage')}: ${percentText(percent)} of the rules have a positive and a negative case`,
    '',
    `  ${colours.dim('rule'.padEnd(width) + titles)}`,
    ...indent(table, 2),
    '',
    ...untested('positive', rules, colours),
    ...untested('negative', rules, colours),
  ];
}

function ruleLine({ rule, fired, positive, negative }: RuleCoverage, width: number, colours: Colors): string {
  const numbers = [
    String(fired).padStart(NUMBER_WIDTH),
    ...[positive, negative].map(({ length }) => {
      const text = String(length).padStart(NUMBER_WIDTH);
      return length === 0 ? colours.red(text) : text;
    }),
  ];
  return printable(rule).padEnd(width) + numbers.join('');
}

function termLines({ terms }: RuleCoverage, colours: Colors): string[] {
  return terms.flatMap((term) => {
    const lack = lackOf(term);
    if (lack === undefined) return [];
    const text = `${lack.padEnd('never false'.length)}  ${printable(term.text)}  ${placeText(term.place)}`;
    return wrap(text, LINE_WIDTH - 6).map(colours.dim);
  });
}

function lackOf({ whenTrue, whenFalse }: TermObservation): string | undefined {
  if (whenTrue === 0) return whenFalse === 0 ? 'never asked' : 'never true';
  return whenFalse === 0 ? 'never false' : undefined;
}

/** The rules without a case of a kind. */
function untested(kind: 'positive' | 'negative', rules: readonly RuleCoverage[], colours: Colors): string[] {
  const lacking = rules.filter((rule) => rule[kind].length === 0);
  if (lacking.length === 0) return [];
  const lines = lacking.map(({ rule, place }) => `${printable(rule)}  ${colours.dim(placeText(place))}`);
  return [`Without a ${kind} case:`, ...indent(lines, 2), ''];
}

/** Never rounded up to 100 %. */
function percentText(percent: number): string {
  return `${Math.floor(percent * 10) / 10} %`;
}
