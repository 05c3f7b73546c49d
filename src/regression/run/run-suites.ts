import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { withDockerPlugin } from '../../falco/docker-plugin.js';
import type { GoldenMode } from '../golden/modes.js';
import type { CaseReport, TestReport } from '../report.js';
import type { Suite } from '../suite.js';
import { checkGoldens } from './check-goldens.js';
import type { FalcoUse } from './falco-use.js';
import { performPlans } from './perform-plans.js';
import { planSuite, type SuitePlan } from './plan-suite.js';
import { refuseIdleRules } from './refuse-idle-rules.js';
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
  /** The Falco whose alerts are judged; without it, the embedded engine's are. */
  readonly falco?: FalcoUse;
}

/**
 * Runs the cases of suites. What is wrong with rules, streams and goldens is in the report. While it runs, the process is in UTC.
 *
 * @throws the signal's reason (by default a DOMException `AbortError`) once it is aborted; DocktapeError `PLUGIN` when the plugin
 *   cannot be loaded, `SUITE` when cases share a golden, `FALCO` when Falco cannot say what it makes of the rules
 */
export async function runSuites(suites: readonly Suite[], options: RunOptions): Promise<TestReport> {
  const started = performance.now();
  const { goldens, onCase = () => {}, signal, falco, workers = availableParallelism() } = options;
  signal?.throwIfAborted();
  checkGoldens(suites);
  return inUtc(async () => {
    // After what Falco says of the rules: that none of them is evaluated is no reason not to load them.
    const plans = (await planSuites(suites, options)).map(refuseIdleRules);
    const optional = { ...(falco && { falco }), ...(signal && { signal }) };
    const report = await performPlans(plans, { goldens, onCase, workers, ...optional });
    const seconds = (performance.now() - started) / 1000;
    if (!falco) return { ...report, seconds };
    return { ...report, seconds, falco: { version: falco.program.version, compared: falco.compare } };
  });
}

async function planSuites(
  suites: readonly Suite[],
  { select = () => true, falco, signal }: RunOptions,
): Promise<SuitePlan[]> {
  const plans = await withDockerPlugin({}, async (plugin) =>
    suites.map((suite) => planSuite(suite, plugin, ({ name }) => select(suite.path, name))),
  );
  if (!falco) return plans;
  // What runs a Falco takes a while to load.
  const { withFalcoVerdicts } = await import('./falco-verdicts.js');
  return withFalcoVerdicts(plans, falco, signal);
}
