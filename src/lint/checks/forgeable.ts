import { toText } from '../../rules/bytes.js';
import type { Finding } from '../../rules/finding.js';
import { type Check, fieldText } from '../../rules/language/ast.js';
import type { CompiledRule } from '../../rules/load/compile-rules.js';
import { isAtLeast } from '../../rules/priority.js';
import { quotedCheck } from '../constraint-text.js';
import { FieldTrust } from '../field-trust.js';
import type { LintContext } from '../lint-context.js';
import { clausesOf } from '../logic/clauses.js';
import type { Constraint, Formula } from '../logic/formula.js';
import { visitParts } from '../logic/visit.js';

/**
 * Rules of NOTICE or above in which who sets a container's labels has a hand: alternatives that go by nothing but fields that a
 * label can forge, besides the kind of event; and `not`, `!=` and exceptions that such fields alone can bring about. A rule of a
 * lesser priority informs, and may well go by labels.
 */
export function forgeableRules(rule: CompiledRule, context: LintContext): Finding[] {
  if (!isAtLeast(rule.definition.priority, 'Notice')) return [];
  const trust = new FieldTrust(context.input.origin);
  const messages = new Map<Check, string>();
  const resting = restingChecks(rule, context, trust);
  for (const check of resting) messages.set(check, restingMessage(check, trust));
  for (const check of silencingChecks(rule, context, trust)) {
    if (!messages.has(check)) messages.set(check, silencingMessage(check, rule, trust));
  }
  return [...messages].map(([check, message]) => context.finding('LINT_FORGEABLE', rule, check.left.place, message));
}

/** Comparisons of forgeable fields that are all an alternative goes by. What it excludes is no evidence of anything. */
function restingChecks(rule: CompiledRule, context: LintContext, trust: FieldTrust): Check[] {
  const whole = context.formulas.of(rule.expression, true);
  const clauses = clausesOf(whole, ({ holds }) => holds) ?? [];
  return clauses.flatMap((clause) => {
    const forged = forgedIn(clause, trust);
    return forged && hasLabels([whole, ...clause], context) ? [forged] : [];
  });
}

/** Comparisons of forgeable fields that keep the rule silent where they come true, or, of `!=`, false. */
function silencingChecks(rule: CompiledRule, context: LintContext, trust: FieldTrust): Check[] {
  const checks: Check[] = [];
  visitParts(rule.expression, context.formulas, ({ expression, positive, around }) => {
    if (!positive) return false;
    if (expression.kind === 'check' && expression.operator === '!=') {
      const itself = context.formulas.of(expression, true) as Constraint;
      if (trust.basisOf(itself) === 'forgeable' && hasLabels([...around, itself], context)) checks.push(expression);
    }
    if (expression.kind !== 'not') return true;
    for (const clause of clausesOf(context.formulas.of(expression.child, true)) ?? []) {
      const forged = forgedIn(clause, trust);
      if (forged && hasLabels([...around, ...clause], context)) checks.push(forged);
    }
    return false;
  });
  return checks;
}

/** The first comparison of a forgeable field, in a clause that has nothing of more substance. */
function forgedIn(clause: readonly Constraint[], trust: FieldTrust): Check | undefined {
  if (clause.some((constraint) => trust.basisOf(constraint) === 'substance')) return undefined;
  return clause.find((constraint) => trust.basisOf(constraint) === 'forgeable')?.comparison.check;
}

/** Whether an event that meets the formulas can have labels: those of containers and images do. */
function hasLabels(formulas: readonly Formula[], { comparisons, solver }: LintContext): boolean {
  const comparison = comparisons.parse('docker.type in (container, image)');
  const labelled: Formula[] = comparison ? [{ kind: 'constraint', comparison, holds: true }] : [];
  return solver.solve([...formulas, ...labelled]).kind === 'possible';
}

function restingMessage(check: Check, trust: FieldTrust): string {
  return `besides the kind of event, this goes by ${quotedCheck(check)} alone, and a label can forge ${fieldOf(check, trust)}: who sets a container's labels decides whether the rule reports it; ask for something that no label can forge, too`;
}

function silencingMessage(check: Check, { definition }: CompiledRule, trust: FieldTrust): string {
  const outcome = check.operator === '!=' ? 'false' : 'true';
  return `a label can make ${quotedCheck(check)} ${outcome}, and that alone silences this rule of priority ${definition.priority}: exclude by fields that no label can forge, such as docker.container.image, instead of ${fieldOf(check, trust)} or besides it`;
}

/** The field that a label can forge, which need not be the first of the comparison. */
function fieldOf(check: Check, trust: FieldTrust): string {
  const field = trust.forgeableIn(check);
  return field ? toText(fieldText(field)) : '';
}
