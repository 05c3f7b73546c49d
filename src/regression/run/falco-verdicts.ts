import { validateRules } from '../../falco/program/validate-rules.js';
import type { Finding } from '../../rules/finding.js';
import { errorFinding } from './error-finding.js';
import type { FalcoUse } from './falco-use.js';
import { plainText } from './plain-text.js';
import type { SuitePlan } from './plan-suite.js';

/**
 * The plans with what Falco says of their rules. Suites with the same rules and settings are asked about once.
 *
 * @throws DocktapeError `FALCO` when Falco cannot say it; the signal's reason
 */
export async function withFalcoVerdicts(
  plans: readonly SuitePlan[],
  falco: FalcoUse,
  signal?: AbortSignal,
): Promise<SuitePlan[]> {
  const { program } = falco;
  const known = new Map<string, readonly Finding[]>();
  const ask = async ({ files, suite: { settings } }: SuitePlan) => {
    const key = plainText([files, settings]);
    const findings = known.get(key) ?? (await validateRules({ program, files, settings, ...(signal && { signal }) }));
    known.set(key, findings);
    return findings;
  };
  const judged: SuitePlan[] = [];
  for (const plan of plans) {
    // Of files that cannot be read there is nothing to ask.
    judged.push(plan.files.length === 0 ? plan : withVerdict(plan, await ask(plan), falco));
  }
  return judged;
}

/** The plan with Falco's verdict on its rules; no case is run unless both engines load them. */
export function withVerdict(plan: SuitePlan, findings: readonly Finding[], falco: FalcoUse): SuitePlan {
  const [refusal, falcoRefusal] = [plan.findings.find(isError), findings.find(isError)];
  if (refusal && falcoRefusal) return { ...plan, findings: falco.compare ? plan.findings : findings };
  const { version } = falco.program;
  if (refusal) {
    const message = `Falco ${version} loads these rules, but the embedded engine, which tests read rules with, does not`;
    return { ...plan, findings: [...plan.findings, errorFinding('ENGINES_DIFFER', message, refusal.place)] };
  }
  if (falcoRefusal) {
    const message = `the embedded engine loads these rules, but Falco ${version} does not`;
    return {
      ...plan,
      findings: [...findings, errorFinding('ENGINES_DIFFER', message, falcoRefusal.place)],
      cases: [],
      rules: [],
    };
  }
  return falco.compare ? plan : { ...plan, findings };
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}
