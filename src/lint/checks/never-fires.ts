import type { Finding } from '../../rules/finding.js';
import type { Expression } from '../../rules/language/ast.js';
import type { CompiledRule } from '../../rules/load/compile-rules.js';
import { conflictPlace, conflictText, placeOf } from '../constraint-text.js';
import type { LintContext } from '../lint-context.js';
import { visitParts } from '../logic/visit.js';

/**
 * A rule whose condition no event can meet; or, in one that lives, alternatives of an `or` that no event can meet. A macro's
 * alternatives are judged by what the macro says, as rules may use only some of them.
 */
export function neverFires(rule: CompiledRule, context: LintContext): Finding[] {
  const { solver, formulas } = context;
  const verdict = solver.solve([formulas.of(rule.expression, true)]);
  if (verdict.kind !== 'impossible') return deadBranches(rule, context);
  const text = conflictText(verdict.conflict);
  const why = verdict.alternatives ? `none of its alternatives can hold; in the first, ${text}` : text;
  const place = conflictPlace(verdict.conflict) ?? placeOf(rule.expression);
  return [context.finding('LINT_NEVER_FIRES', rule, place, `the rule can never fire: ${why}`)];
}

function deadBranches(rule: CompiledRule, context: LintContext): Finding[] {
  const { solver, formulas } = context;
  const findings: Finding[] = [];
  visitParts(rule.expression, formulas, ({ expression, positive, local }) => {
    if (expression.kind !== 'or' || !positive) return true;
    const verdicts = expression.children.map((child) => solver.solve([...local, formulas.of(child, true)]));
    const dead = new Map<Expression, string>();
    for (const [i, verdict] of verdicts.entries()) {
      if (verdict.kind === 'impossible') dead.set(expression.children[i] as Expression, conflictText(verdict.conflict));
    }
    // When none is left, it is what stands around that is dead, and it is told there.
    if (dead.size === expression.children.length) return false;
    for (const [child, why] of dead) {
      const message = `this alternative can never hold: ${why}; remove it, or say what it was meant to be`;
      findings.push(context.finding('LINT_DEAD_BRANCH', rule, placeOf(child), message));
    }
    return dead.size === 0;
  });
  return findings;
}
