import type { RuleObservation } from '../../rules/observe/observation.js';
import type { CoverageReport } from '../report.js';
import type { CaseProofs } from './case-proofs.js';
import { ruleKey } from './merge-observations.js';

/** Which rules the cases that passed have tested. Without rules nothing is: that is no full coverage. */
export function coverageOf(observations: readonly RuleObservation[], cases: readonly CaseProofs[]): CoverageReport {
  const rules = observations.map((observation) => {
    const key = ruleKey(observation);
    const proving = (kind: 'positive' | 'negative') => cases.filter((proofs) => proofs[kind].has(key));
    return {
      ...observation,
      positive: proving('positive').map(({ name }) => name),
      negative: proving('negative').map(({ name }) => name),
    };
  });
  const tested = rules.filter(({ positive, negative }) => positive.length > 0 && negative.length > 0);
  return { rules, percent: rules.length === 0 ? 0 : (100 * tested.length) / rules.length };
}
