import picocolors from 'picocolors';
import type { CaseReport, SuiteReport, TestReport } from '../../report.js';
import { failureLines } from '../pretty/failure.js';
import { repositoryPath } from '../repository-path.js';
import { type JunitOutcome, type JunitReport, type JunitSuite, junitPlace, rulesCase, warningsText } from './model.js';

/** A suite is a suite, and a case a case. Rules that do not load are a case of their own, `rules`. */
export function junitTestReport({ suites, seconds }: TestReport): JunitReport {
  return { suites: suites.map(junitSuite), seconds };
}

function junitSuite({ path, findings, cases }: SuiteReport): JunitSuite {
  const name = repositoryPath(path);
  const className = name.replace(/\.ya?ml$/, '').replaceAll('/', '.');
  const output = warningsText(findings);
  const own = cases.map((testCase) => ({
    name: testCase.name,
    className,
    place: junitPlace(testCase.place),
    seconds: testCase.seconds,
    outcome: outcomeOf(testCase),
  }));
  return { name, cases: [...rulesCase(findings, className), ...own], ...(output === undefined ? {} : { output }) };
}

function outcomeOf({ status, reason = '', failures }: CaseReport): JunitOutcome {
  switch (status) {
    case 'passed':
      return { kind: 'passed' };
    case 'skipped':
      return { kind: 'skipped', message: reason };
    case 'known failure':
      return { kind: 'skipped', message: `known failure: ${reason}` };
    case 'failed':
      return failureOf(failures);
  }
}

/** Readers of the format take one failure a case, so that all of them stand in its text. */
function failureOf(failures: CaseReport['failures']): JunitOutcome {
  const [first, ...others] = failures;
  const options = { colours: picocolors.createColors(false), verbose: false };
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return {
    kind: 'failure',
    type: first?.kind ?? 'failed',
    message: `${first?.message ?? 'failed'}${more}`,
    text: failures.map((failure) => failureLines(failure, options).join('\n')).join('\n\n'),
  };
}
