import { isDeepStrictEqual } from 'node:util';
import { toText } from '../../rules/bytes.js';
import type { Finding } from '../../rules/finding.js';
import { type Check, checksOf, comparedOperands, type FieldOperand, fieldText } from '../../rules/language/ast.js';
import { checkText } from '../../rules/language/check-text.js';
import type { CompiledRule } from '../../rules/load/compile-rules.js';
import type { TermObservation } from '../../rules/observe/observation.js';
import { fieldsOf } from '../../rules/output/format-parser.js';
import { filePlace } from '../../rules/text/file-place.js';
import { quotedCheck } from '../constraint-text.js';
import { type EventKind, verbOf } from '../docker/event-kinds.js';
import { isAlwaysPresent } from '../docker/field-facts.js';
import { exceptionChecks } from '../exception-checks.js';
import type { LintContext } from '../lint-context.js';
import type { Constraint, Formula } from '../logic/formula.js';
import { visitParts } from '../logic/visit.js';

/** From which share on a field counts as often absent, of the times that a comparison was asked. */
const OFTEN = 0.05;

/**
 * `!=`, and `not` before a comparison, on fields that are often absent: the one is false then, the other true. A condition that
 * asks somewhere whether the field is there knows of that. So do exceptions, which are not meant to apply where a field is absent.
 */
export function oftenAbsent(rule: CompiledRule, context: LintContext): Finding[] {
  const checks = checksOf(rule.expression);
  const exceptions = exceptionChecks(rule);
  const asked = new Set(checks.filter(({ operator }) => operator === 'exists').flatMap(fieldTexts));
  const terms = seenTerms(checks, context.observationOf(rule)?.terms ?? []);
  const told = new Set<string>();
  const findings: Finding[] = [];
  visitParts(rule.expression, context.formulas, ({ expression, positive, around }) => {
    if (expression.kind !== 'check') return true;
    if (expression.operator === 'exists' || exceptions.has(expression)) return true;
    if (positive && expression.operator !== '!=') return true;
    for (const field of comparedOperands(expression).flatMap(fieldsOf)) {
      const name = fieldText(field);
      if (asked.has(name) || told.has(name)) continue;
      const absence = absenceOf(field, around, terms.get(expression), context);
      if (absence === undefined) continue;
      told.add(name);
      const message = `${absence}: then ${effect(expression, positive)}; ${fix(expression, positive, toText(name))}`;
      findings.push(context.finding('LINT_OFTEN_ABSENT', rule, expression.left.place, message));
    }
    return true;
  });
  return findings;
}

/** What was seen of each comparison. Suites that change a rule by further files have other terms at the same positions. */
function seenTerms(checks: readonly Check[], seen: readonly TermObservation[]): Map<Check, TermObservation> {
  const terms = new Map<Check, TermObservation>();
  for (const [i, check] of checks.entries()) {
    const term = seen[i];
    if (term && isDeepStrictEqual([term.text, term.place], [checkText(check), filePlace(check.left.place)])) {
      terms.set(check, term);
    }
  }
  return terms;
}

/** Where, or how often, a field has no value when its comparison is asked; undefined when there is no reason to care. */
function absenceOf(
  field: FieldOperand,
  around: readonly Formula[],
  seen: TermObservation | undefined,
  context: LintContext,
): string | undefined {
  const exists: Check = { kind: 'check', left: field, operator: 'exists', operatorPlace: field.place };
  const isAbsent = context.formulas.of(exists, false) as Constraint;
  const absent = [...around.map((formula) => withoutInequalities(formula, isAbsent)), isAbsent];
  if (context.solver.solve(absent).kind === 'impossible') return undefined;
  const lacking = kindWithout(field, absent, context);
  if (context.knownEvents && !lacking) return undefined;
  const name = toText(fieldText(field));
  const asked = seen ? seen.whenTrue + seen.whenFalse : 0;
  if (seen && asked > 0) {
    if (seen.absent / asked < OFTEN) return undefined;
    return `${name} was absent ${seen.absent} of the ${asked} times that this was asked in the captures`;
  }
  return lacking && `${name} can be absent, as on ${describeKind(lacking)}`;
}

/** A formula without `!=` on the field: who writes two of them thinks no more of its absence than who writes one. */
function withoutInequalities(formula: Formula, field: Constraint): Formula {
  if (formula.kind !== 'constraint') {
    return { ...formula, parts: formula.parts.map((part) => withoutInequalities(part, field)) };
  }
  const { check, left } = formula.comparison;
  return check.operator === '!=' && left.key === field.comparison.left.key ? { kind: 'all', parts: [] } : formula;
}

/** A kind of Docker's events that gets here and that does not always have the field. */
function kindWithout(
  { name, arg }: FieldOperand,
  absent: readonly Formula[],
  { input, knownEvents, solver }: LintContext,
): EventKind | undefined {
  // The fields of events of any source are always there.
  if (!input.origin.fields.some((known) => known.name === name)) return undefined;
  return knownEvents?.kinds.find(
    ({ kind, constraints }) =>
      kind.sender === 'docker' &&
      kind.action !== 'prune' &&
      !isAlwaysPresent(name, arg, kind) &&
      solver.solve([...constraints, ...absent]).kind === 'possible',
  )?.kind;
}

function effect(check: Check, positive: boolean): string {
  const value = `${quotedCheck(check)} is false`;
  return positive
    ? `${value}, so such an event does not match`
    : `${value}, and \`not\` makes that true, so such an event matches`;
}

function fix(check: Check, positive: boolean, name: string): string {
  if (positive) {
    const contrary = check.operator === '!=' ? 'write `not … =` to match it' : 'ask for the contrary';
    return `${contrary}, or add \`${name} exists and\` to say that it is meant`;
  }
  return `add \`${name} exists and\` to leave it out, or \`not ${name} exists or\` to say that it is meant`;
}

function describeKind({ type, action }: EventKind): string {
  return `the event ${verbOf(action)} of a ${type}`;
}

function fieldTexts(check: Check): string[] {
  return comparedOperands(check).flatMap(fieldsOf).map(fieldText);
}
