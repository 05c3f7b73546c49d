import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { withDockerPlugin } from '../../falco/docker-plugin.js';
import type { GoldenMode } from '../golden/modes.js';
import type { CaseReport, TestReport } from '../report.js';
import type { Suite } from '../suite.js';
import { performPlans } from './perform-plans.js';
import { planSuite } from './plan-suite.js';
import { inUtc } from './utc.js';

export interface RunOptions {
  /** What becomes of goldens that are missing or differ. */
  readonly goldens: GoldenMode;
  /** Whether a case is run; without it, all are. */
  readonly select?: (suitePath: string, name: string) => boolean;
  /** Hears of each case when it is done. */
  readonly onCase?: (report: CaseReport) => void;
  readonly signal?: AbortSignal;
  /** How many streams are evaluated at once; by default as many as there are processors. */
  readonly workers?: number;
}

/**
 * Runs the cases of suites. What is wrong with rules, streams and goldens is in the report. While it runs, the process is in UTC.
 *
 * @throws the signal's reason (by default a DOMException `AbortError`) once it is aborted; DocktapeError `PLUGIN` when the plugin
 *   cannot be loaded
 */
export async function runSuites(suites: readonly Suite[], options: RunOptions): Promise<TestReport> {
  const started = performance.now();
  const { goldens, select = () => true, onCase = () => {}, signal, workers = availableParallelism() } = options;
  signal?.throwIfAborted();
  return inUtc(async () => {
    const plans = await withDockerPlugin({}, async (plugin) =>
      suites.map((suite) => planSuite(suite, plugin, ({ name }) => select(suite.path, name))),
    );
    const report = await performPlans(plans, { goldens, onCase, workers, ...(signal && { signal }) });
    return { ...report, seconds: (performance.now() - started) / 1000 };
  });
}
