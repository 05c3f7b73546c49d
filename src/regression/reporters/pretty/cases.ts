import type { Colors } from 'picocolors/types.js';
import { printable } from '../../../rules/output/printable.js';
import { indent } from '../../../text/lines.js';
import { plural, secondsText } from '../../../text/quantities.js';
import type { CaseReport, CaseStatus, SuiteReport } from '../../report.js';
import { placeText } from '../place-text.js';
import type { ReporterOptions } from '../reporter.js';
import { failureLines } from './failure.js';

interface Mark {
  readonly sign: string;
  readonly colour: 'green' | 'red' | 'dim' | 'yellow';
}

const marks: Readonly<Record<CaseStatus, Mark>> = {
  passed: { sign: '✓', colour: 'green' },
  failed: { sign: '✗', colour: 'red' },
  skipped: { sign: '-', colour: 'dim' },
  'known failure': { sign: '~', colour: 'yellow' },
};

/** A suite with a line for each of its cases. */
export function suiteLines(suite: SuiteReport, options: ReporterOptions): string[] {
  const { colours } = options;
  const broken = suite.findings.some(({ severity }) => severity === 'error');
  const note = broken ? `  ${colours.red('not run: its rules have errors')}` : '';
  const lines = suite.cases.map((testCase) => caseLine(testCase, options));
  return [`${colours.bold(printable(suite.path))}${note}`, ...indent(lines, 2), ''];
}

function caseLine(testCase: CaseReport, { colours, verbose }: ReporterOptions): string {
  const { status, name, reason, events, alerts, seconds } = testCase;
  const known = status === 'known failure' ? 'known failure: ' : '';
  const said = reason === undefined ? '' : `  ${colours.dim(`(${known}${printable(reason)})`)}`;
  const counts = `${plural(events, 'event')}, ${plural(alerts, 'alert')}, ${secondsText(seconds)}`;
  const figures = verbose && status !== 'skipped' ? `  ${colours.dim(counts)}` : '';
  return `${markOf(status, colours)} ${printable(name)}${said}${figures}`;
}

/** What failed, each case in full; with `verbose` also what is known to fail. */
export function failedCases(cases: readonly CaseReport[], options: ReporterOptions): string[] {
  const { colours, verbose = false } = options;
  const shown = cases.filter(({ status }) => status === 'failed' || (verbose && status === 'known failure'));
  return shown.flatMap((testCase) => [
    `${markOf(testCase.status, colours)} ${colours.bold(printable(testCase.name))}  ${colours.dim(placeText(testCase.place))}`,
    '',
    ...testCase.failures.flatMap((failure) => [...indent(failureLines(failure, { colours, verbose }), 2), '']),
  ]);
}

function markOf(status: CaseStatus, colours: Colors): string {
  const { sign, colour } = marks[status];
  return colours[colour](sign);
}
