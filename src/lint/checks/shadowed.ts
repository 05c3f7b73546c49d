import type { Finding } from '../../rules/finding.js';
import type { CompiledRule } from '../../rules/load/compile-rules.js';
import type { RuleObservation } from '../../rules/observe/observation.js';
import type { LintContext } from '../lint-context.js';

/**
 * Under `rule_matching: first`, rules that report nothing because earlier ones take every event: by what their conditions say, or
 * by what was seen.
 */
export function shadowedRules(context: LintContext): Finding[] {
  const { rules, settings } = context.input;
  if (settings.ruleMatching !== 'first') return [];
  const compared = rules.length <= MOST_RULES ? rules.filter((rule) => context.isBounded(rule)) : [];
  return rules.flatMap((rule) => {
    const earlier = compared.slice(0, Math.max(0, compared.indexOf(rule)));
    const message = takenMessage(rule, earlier, context) ?? preemptedMessage(context.observationOf(rule));
    return message === undefined ? [] : [context.finding('LINT_SHADOWED', rule, rule.definition.place, message)];
  });
}

/** Of how many rules each is compared with each: the time for it grows with their square, to a few seconds here. */
const MOST_RULES = 300;

const HOW_TO_FIX = 'put the particular rule before the general one, or set rule_matching to all';

/** An earlier rule whose condition holds wherever this one's does. */
function takenMessage(rule: CompiledRule, earlier: readonly CompiledRule[], context: LintContext): string | undefined {
  const { formulas, solver } = context;
  const own = formulas.of(rule.expression, true);
  const by = earlier.find((other) => solver.solve([own, formulas.of(other.expression, false)]).kind === 'impossible');
  // A rule that no event can meet is shadowed by none.
  if (!by || solver.solve([own]).kind === 'impossible') return undefined;
  return `the rule can never report an event: the earlier rule '${by.definition.name}' matches all events that it does, and only the first rule that matches reports one; ${HOW_TO_FIX}`;
}

function preemptedMessage(observation: RuleObservation | undefined): string | undefined {
  if (!observation || observation.preempted === 0 || observation.fired > 0) return undefined;
  const { preempted, preemptedBy } = observation;
  const names = Object.entries(preemptedBy)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `'${name}' (${count})`);
  const events = preempted === 1 ? '1 event' : `each of ${preempted} events`;
  return `the rule reported nothing in the captures: its condition held for ${events}, which earlier rules took: ${names.join(', ')}; ${HOW_TO_FIX}`;
}
