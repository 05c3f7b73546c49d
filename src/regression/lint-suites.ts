import { isDeepStrictEqual } from 'node:util';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import { lintRules } from '../lint/lint-rules.js';
import { Engine } from '../rules/engine.js';
import type { EventOrigin } from '../rules/event-origin.js';
import { type Finding, findingOf } from '../rules/finding.js';
import { readRulesFiles } from '../rules/rules-files.js';
import type { SuiteReport, TestReport } from './report.js';
import type { Suite } from './suite.js';

/**
 * The report with what lint finds in the rules of its suites, by what they did in this run. Suites with the same rules and
 * settings are told once.
 */
export async function withLint(report: TestReport, suites: readonly Suite[]): Promise<TestReport> {
  const linted = suites.filter(
    ({ rules, settings }, i) =>
      suites.findIndex((other) => isDeepStrictEqual([other.rules, other.settings], [rules, settings])) === i,
  );
  return withDockerPlugin({}, async (plugin) => {
    const found = new Map(linted.map((suite) => [suite.path, lintSuite(suite, plugin, report)]));
    const add = (suite: SuiteReport) => ({ ...suite, findings: [...suite.findings, ...(found.get(suite.path) ?? [])] });
    return { ...report, suites: report.suites.map(add) };
  });
}

/** Rules that do not load have been told already. */
function lintSuite(suite: Suite, origin: EventOrigin, report: TestReport): Finding[] {
  if (report.suites.some(({ path, findings }) => path === suite.path && findings.some(isError))) return [];
  const { engine, errors } = Engine.load(readRulesFiles(suite.rules), origin, suite.settings);
  if (!engine) return errors.map((error) => findingOf(error, 'error'));
  return lintRules({ rules: engine.rules, origin, settings: suite.settings, observations: report.coverage.rules });
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}
