import { coverageOf } from '../coverage/coverage.js';
import { ObservedRules } from '../coverage/merge-observations.js';
import type { CaseReport, CaseStatus, TestReport } from '../report.js';
import type { Evaluation, StreamProblem } from './job.js';
import type { SuitePlan } from './plan-suite.js';
import type { CaseResult } from './run-case.js';

/** A suite, and what became of its cases. */
export interface SuiteResult {
  readonly plan: SuitePlan;
  readonly cases: readonly CaseResult[];
}

/** Puts a report together of what cases and evaluations came to. */
export function testReport(
  suites: readonly SuiteResult[],
  evaluations: readonly (Evaluation | StreamProblem)[],
): Omit<TestReport, 'seconds'> {
  const cases = suites.flatMap((suite) => suite.cases);
  const observed = new ObservedRules();
  for (const { plan } of suites) observed.add(plan.rules);
  for (const evaluation of evaluations) if (evaluation.kind === 'evaluation') observed.add(evaluation.observations);
  return {
    kind: 'test',
    suites: suites.map(({ plan, cases: results }) => ({
      path: plan.suite.path,
      findings: plan.findings,
      cases: results.map(({ report }) => report),
    })),
    totals: summarise(cases.map(({ report }) => report)),
    coverage: coverageOf(
      observed.values(),
      cases.flatMap(({ proofs }) => proofs ?? []),
    ),
    goldens: cases.flatMap(({ golden }) => golden ?? []),
  };
}

/** How many cases have each status. */
export function summarise(cases: readonly CaseReport[]): Record<CaseStatus, number> {
  const totals: Record<CaseStatus, number> = { passed: 0, failed: 0, skipped: 0, 'known failure': 0 };
  for (const { status } of cases) totals[status] += 1;
  return totals;
}
