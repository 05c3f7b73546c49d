import type { Colors } from 'picocolors/types.js';
import type { Finding } from '../../../rules/finding.js';
import { printableLines } from '../../../rules/output/printable.js';
import { indent } from '../../../text/lines.js';

/** Findings with the line and caret that each is about, errors first; those that several suites share are printed once. */
export function findingLines(findings: readonly Finding[], colours: Colors): string[] {
  const distinct = [...new Map(findings.map((finding) => [finding.text, finding])).values()];
  const errors = distinct.filter(({ severity }) => severity === 'error');
  const warnings = distinct.filter(({ severity }) => severity === 'warning');
  return [...errors, ...warnings].flatMap((finding) => [...oneFinding(finding, colours), '']);
}

function oneFinding({ severity, text }: Finding, colours: Colors): string[] {
  const [headline = '', ...excerpt] = printableLines(text);
  const mark = severity === 'error' ? colours.red('error') : colours.yellow('warning');
  return [`${mark} ${headline}`, ...indent(excerpt, 2)];
}
