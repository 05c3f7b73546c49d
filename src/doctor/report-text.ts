import type { Colors } from 'picocolors/types.js';
import { printable } from '../rules/output/printable.js';
import { LINE_WIDTH, wrap } from '../text/lines.js';
import type { Finding } from './examine.js';
import type { Outcome } from './outcome.js';

/** Where the texts begin: behind the mark and what was looked at. */
const COLUMN = 20;

/** The lines for a finding: a mark, what was looked at, what was found, and below it what to do about it. */
export function findingLines({ check, status, found, advice }: Finding, colours: Colors): string[] {
  const what = status === 'not checked' ? `not checked: ${found}` : found;
  const texts = [what, ...(advice === undefined ? [] : [`→ ${advice}`])].map(printable);
  const [first = '', ...rest] = texts.flatMap((text, index) => wrap(text, LINE_WIDTH - COLUMN, index === 0 ? 0 : 2));
  const head = `  ${mark(status, colours)} ${check.padEnd(COLUMN - 5)} `;
  const paint = status === 'not checked' ? colours.dim : (text: string) => text;
  return [head + paint(first), ...rest.map((line) => ' '.repeat(COLUMN) + paint(line))];
}

/** What all of it came to, in one line. */
export function summaryLine(findings: readonly Outcome[], colours: Colors): string {
  const problems = findings.filter(({ status }) => status === 'problem').length;
  if (problems === 0) return colours.green('All is well.');
  return colours.red(problems === 1 ? '1 problem.' : `${problems} problems.`);
}

function mark(status: Outcome['status'], colours: Colors): string {
  if (status === 'ok') return colours.green('✓');
  return status === 'problem' ? colours.red('✗') : colours.dim('–');
}
