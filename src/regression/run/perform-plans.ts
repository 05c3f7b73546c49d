import type { GoldenMode } from '../golden/modes.js';
import type { CaseReport, TestReport } from '../report.js';
import { EvaluationTable } from './evaluation-table.js';
import type { FalcoUse } from './falco-use.js';
import { openJobRunner } from './job-runner.js';
import type { SuitePlan } from './plan-suite.js';
import { type CaseStream, runCase, skippedCase } from './run-case.js';
import { testReport } from './test-report.js';

export interface PerformOptions {
  readonly goldens: GoldenMode;
  readonly onCase: (report: CaseReport) => void;
  readonly signal?: AbortSignal;
  readonly workers: number;
  /** The Falco that evaluates besides the embedded engine. */
  readonly falco?: FalcoUse;
}

/** Evaluates the streams that cases need, each once, and judges every case as soon as its own are done. */
export async function performPlans(
  plans: readonly SuitePlan[],
  { goldens, onCase, signal, workers, falco }: PerformOptions,
): Promise<Omit<TestReport, 'seconds'>> {
  const table = new EvaluationTable(plans, falco);
  const ended = new AbortController();
  const runner = openJobRunner(
    table.jobs.length,
    workers,
    signal ? AbortSignal.any([signal, ended.signal]) : ended.signal,
  );
  try {
    const streams = table.jobs.map((job): CaseStream => ({ job, outcome: runner.run(job) }));
    const results = plans.map(async (plan) => {
      const cases = plan.cases.map(async (prepared) => {
        const suite = plan.suite.path;
        const needed = table.needsOf(prepared)?.map((index) => streams[index] as CaseStream);
        const result = needed
          ? await runCase({ suite, prepared, streams: needed, goldens, runner })
          : skippedCase(suite, prepared.testCase);
        onCase(result.report);
        return result;
      });
      return { plan, cases: await Promise.all(cases) };
    });
    return testReport(await Promise.all(results), await Promise.all(streams.map(({ outcome }) => outcome)));
  } finally {
    // After a defect in one job nobody waits for what the others come to.
    ended.abort();
    await runner.close();
  }
}
