import xmlbuilder from 'xmlbuilder';
import { junitComparison } from './junit/comparison.js';
import type { JunitSuite, JunitTestCase } from './junit/model.js';
import { junitTestReport } from './junit/test-report.js';
import type { Reporter } from './reporter.js';

/**
 * JUnit's XML in the dialect that Jenkins, GitLab and the actions for GitHub read: one failure, error or skip a case, and the file and
 * line of each.
 */
export const junit: Reporter = (report) => {
  const { suites, seconds } = report.kind === 'test' ? junitTestReport(report) : junitComparison(report);
  // What XML 1.0 has no way to write, such as control characters, becomes U+FFFD.
  const root = xmlbuilder.create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '\ufffd' });
  root.att({ name: 'docktape', ...counts(suites.flatMap(({ cases }) => cases)), time: seconds.toFixed(3) });
  for (const suite of suites) addSuite(root, suite);
  return `${root.end({ pretty: true })}\n`;
};

function addSuite(root: xmlbuilder.XMLElement, { name, cases, output }: JunitSuite): void {
  const time = cases.reduce((sum, { seconds }) => sum + seconds, 0);
  const suite = root.ele('testsuite', { name, ...counts(cases), time: time.toFixed(3) });
  for (const testCase of cases) addCase(suite, testCase);
  if (output !== undefined) suite.ele('system-out', output);
}

function addCase(suite: xmlbuilder.XMLElement, testCase: JunitTestCase): void {
  const { name, className, place, seconds, outcome, output } = testCase;
  const where = place ? { file: place.file, line: place.line } : {};
  const element = suite.ele('testcase', { name, classname: className, ...where, time: seconds.toFixed(3) });
  if (outcome.kind === 'skipped') element.ele('skipped', { message: outcome.message });
  if (outcome.kind === 'failure' || outcome.kind === 'error') {
    element.ele(outcome.kind, { message: outcome.message, type: outcome.type }, outcome.text);
  }
  if (output !== undefined) element.ele('system-out', output);
}

function counts(cases: readonly JunitTestCase[]): Record<'tests' | 'failures' | 'errors' | 'skipped', number> {
  const count = (kind: JunitTestCase['outcome']['kind']) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}
