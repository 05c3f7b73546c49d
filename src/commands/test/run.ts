import { DocktapeError } from '../../errors.js';
import { localGoldens, lockedGoldens, updatedGoldens } from '../../regression/golden/modes.js';
import { LastFailures } from '../../regression/last-failures.js';
import { withLint } from '../../regression/lint-suites.js';
import type { TestReport } from '../../regression/report.js';
import { runSuites } from '../../regression/run/run-suites.js';
import { findSuites } from '../../regression/suite/find-suites.js';
import { readSuite } from '../../regression/suite/read-suite.js';
import type { Suite } from '../../regression/suite.js';
import { plural } from '../../text/quantities.js';
import { ExitCode } from '../exit-codes.js';
import { showProgress } from '../progress.js';
import { isCi } from './ci.js';
import { falcoUse } from './falco-use.js';
import type { TestOptions } from './options.js';
import { prepareReports, writeReports } from './reports.js';
import { caseSelection, type SelectCase } from './selection.js';

/** The suites that the arguments name; those of the working directory without any. */
export function suitesOf(paths: readonly string[]): Suite[] {
  return findSuites(paths.length > 0 ? paths : ['.']).map(readSuite);
}

/** Runs suites, writes the reports, and gives the exit code. */
export async function runTests(suites: readonly Suite[], options: TestOptions, signal: AbortSignal): Promise<number> {
  const select = caseSelection(suites, options);
  const selected = countSelected(suites, select);
  if (selected === 0) throw nothingSelected(suites, options);
  const inCi = isCi();
  if (inCi && options.update) {
    throw new DocktapeError('USAGE', '--update writes goldens, but CI is set: update them where they can be committed');
  }
  prepareReports(options.reporter);
  const falco = await falcoUse(options, signal);
  let done = 0;
  const progress = showProgress(() => `${done} of ${plural(selected, 'case')} …`);
  const ran = await runSuites(suites, {
    goldens: inCi ? lockedGoldens : options.update ? updatedGoldens : localGoldens,
    select,
    signal,
    onCase: () => done++,
    ...(falco && { falco }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  }).finally(() => progress.stop());
  const report = options.lint ? await withLint(ran, suites) : ran;
  if (!inCi) LastFailures.load().after(report).save();
  writeReports(report, options);
  return exitCodeOf(report, options);
}

/** What the run comes to; what is not in a report is said on standard error. */
function exitCodeOf(report: TestReport, { minCoverage }: TestOptions): number {
  if (report.suites.some(({ findings }) => findings.some(({ severity }) => severity === 'error')))
    return ExitCode.failure;
  const { totals, coverage } = report;
  if (totals.failed > 0) return ExitCode.unmet;
  if (totals.passed + totals['known failure'] === 0) {
    process.stderr.write('docktape: nothing was tested: every selected case is skipped\n');
    return ExitCode.unmet;
  }
  if (minCoverage !== undefined && coverage.percent < minCoverage) {
    const untested = coverage.rules.filter(({ positive, negative }) => positive.length === 0 || negative.length === 0);
    process.stderr.write(
      `docktape: the coverage of rules is ${coverage.percent.toFixed(1)} %, below --min-coverage ${minCoverage}: ` +
        `${plural(untested.length, 'rule')} without a positive and a negative case (see --coverage)\n`,
    );
    return ExitCode.unmet;
  }
  return ExitCode.ok;
}

function countSelected(suites: readonly Suite[], select: SelectCase): number {
  return suites.flatMap(({ path, cases }) => cases.filter(({ name }) => select(path, name))).length;
}

function nothingSelected(suites: readonly Suite[], { filter, rerunFailed }: TestOptions): DocktapeError {
  const options = [filter === undefined ? '' : `--filter ${filter}`, rerunFailed ? '--rerun-failed' : ''].filter(
    Boolean,
  );
  const cases = suites.reduce((sum, suite) => sum + suite.cases.length, 0);
  return new DocktapeError(
    'USAGE',
    `${options.join(' and ')} selects none of the ${plural(cases, 'case')}: nothing was tested`,
  );
}
