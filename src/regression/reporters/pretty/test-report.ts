import { plural, secondsText } from '../../../text/quantities.js';
import type { CaseStatus, TestReport } from '../../report.js';
import type { ReporterOptions } from '../reporter.js';
import { failedCases, suiteLines } from './cases.js';
import { coverageLines } from './coverage.js';
import { findingLines } from './findings.js';
import { goldenLines } from './goldens.js';

/** A run of suites for people: the cases, then all there is to know of what failed, and one line that sums it up. */
export function testReportLines(report: TestReport, options: ReporterOptions): string[] {
  const { colours, coverage, verbose = false } = options;
  const { suites, goldens } = report;
  return [
    ...suites.flatMap((suite) => suiteLines(suite, options)),
    ...findingLines(
      suites.flatMap(({ findings }) => findings),
      colours,
    ),
    ...failedCases(
      suites.flatMap(({ cases }) => cases),
      options,
    ),
    ...goldenLines(goldens, colours, verbose),
    ...(coverage ? coverageLines(report.coverage, colours) : []),
    summary(report, options),
  ];
}

function summary({ suites, totals, seconds, falco }: TestReport, { colours }: ReporterOptions): string {
  const broken = suites.filter(({ findings }) => findings.some(({ severity }) => severity === 'error')).length;
  const count = (status: CaseStatus) => (totals[status] > 0 ? [`${totals[status]} ${status}`] : []);
  const parts = [
    colours.green(`${totals.passed} passed`),
    ...count('failed').map(colours.red),
    ...(broken > 0 ? [colours.red(`${plural(broken, 'suite')} not run`)] : []),
    ...count('skipped'),
    ...count('known failure'),
  ];
  return `${parts.join(', ')}, in ${secondsText(seconds)}${falco ? `, ${falcoText(falco)}` : ''}`;
}

function falcoText({ version, compared }: NonNullable<TestReport['falco']>): string {
  return compared ? `by the embedded engine and Falco ${version}` : `by Falco ${version}`;
}
