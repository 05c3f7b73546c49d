import { errorFinding } from './error-finding.js';
import type { SuitePlan } from './plan-suite.js';

/**
 * The plan; with an error and without cases when its rules load, but none of them is evaluated: whatever wants silence would
 * pass, and a forgotten `source` would never be noticed.
 */
export function refuseIdleRules(plan: SuitePlan): SuitePlan {
  const { files, findings, rules, suite } = plan;
  const [file] = files;
  const isRefused = findings.some(({ severity }) => severity === 'error');
  if (!file || isRefused || rules.length > 0) return plan;
  const message =
    'no rule is tested: none with `source: docker` is enabled and has at least the priority ' +
    `${suite.settings.priority}; a rule without a source is one for system calls`;
  const place = { file: file.name, line: 1, column: 1 };
  return { ...plan, findings: [...findings, errorFinding('NO_RULES', message, place)], cases: [] };
}
