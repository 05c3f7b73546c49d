import { toText } from '../../rules/bytes.js';
import type { Finding } from '../../rules/finding.js';
import type { Check, Literal } from '../../rules/language/ast.js';
import type { CompiledRule } from '../../rules/load/compile-rules.js';
import { didYouMean } from '../../rules/nearest-name.js';
import { combinationText, conflictPlace, placeOf } from '../constraint-text.js';
import { EVENT_KINDS, splitAction, verbOf } from '../docker/event-kinds.js';
import type { KnownEvents } from '../docker/known-events.js';
import type { LintContext } from '../lint-context.js';
import type { Formula } from '../logic/formula.js';
import { visitParts } from '../logic/visit.js';

const TYPES: ReadonlySet<string> = new Set(EVENT_KINDS.map(({ type }) => type));
const ACTIONS: ReadonlySet<string> = new Set(EVENT_KINDS.map(({ action }) => action));
const VERBS: ReadonlySet<string> = new Set(EVENT_KINDS.map(({ action }) => verbOf(action)));

/** What is wrong with a value, for the fields that say what kind of event it is; undefined when it is a known one. */
const PROBLEMS: Readonly<Record<string, (value: string) => string | undefined>> = {
  'docker.type': (value) => unknown(value, TYPES, 'has the type'),
  'docker.action': actionProblem,
  'docker.status': actionProblem,
  'docker.action.verb': (value) => unknown(value, VERBS, 'has the verb'),
};

const EQUALITY: readonly string[] = ['=', '!=', 'in', 'intersects'];

/** Values of types and actions that no daemon is known to send, alone or together. */
export function unknownValues(rule: CompiledRule, context: LintContext): Finding[] {
  const { knownEvents, formulas, solver } = context;
  if (!knownEvents) return [];
  const findings: Finding[] = [];
  visitParts(rule.expression, formulas, ({ expression, positive, local }) => {
    if (expression.kind !== 'check') return true;
    for (const literal of comparedValues(expression)) {
      const problem =
        PROBLEMS[fieldName(expression)]?.(toText(literal.value)) ??
        (positive && fieldName(expression) !== 'docker.type'
          ? misfit(expression, literal, local, context, knownEvents)
          : undefined);
      if (problem) findings.push(context.finding('LINT_UNKNOWN_VALUE', rule, literal.place, problem));
    }
    return true;
  });
  if (findings.length > 0) return findings;
  const whole = formulas.of(rule.expression, true);
  const verdict = solver.solve([whole], knownEvents.conflict);
  if (verdict.kind !== 'impossible' || solver.solve([whole]).kind === 'impossible') return [];
  const message = `no known Docker daemon sends such an event, so the rule will not fire: ${combinationText(verdict.conflict)}`;
  const place = conflictPlace(verdict.conflict) ?? placeOf(rule.expression);
  return [context.finding('LINT_UNKNOWN_VALUE', rule, place, message)];
}

/** The values that a field which says the kind of event is compared with for equality. */
function comparedValues({ left, operator, right }: Check): readonly Literal[] {
  if (left.kind !== 'field' || !Object.hasOwn(PROBLEMS, left.name) || !EQUALITY.includes(operator)) return [];
  if (right?.kind === 'literal') return [right];
  return right?.kind === 'literals' ? right.items : [];
}

/** Why a known action does not go with what stands around it. */
function misfit(
  { left, operator, operatorPlace }: Check,
  literal: Literal,
  local: readonly Formula[],
  { formulas, solver }: LintContext,
  { conflict }: KnownEvents,
): string | undefined {
  if (operator === '!=' || solver.solve(local, conflict).kind === 'impossible') return undefined;
  const itself = formulas.of({ kind: 'check', left, operator: '=', right: literal, operatorPlace }, true);
  const verdict = solver.solve([...local, itself], conflict);
  if (verdict.kind !== 'impossible' || solver.solve([...local, itself]).kind === 'impossible') return undefined;
  return `no known Docker daemon sends such an event: ${combinationText(verdict.conflict)}`;
}

function actionProblem(value: string): string | undefined {
  const { verb, detail } = splitAction(value);
  if (ACTIONS.has(value)) return undefined;
  // What is executed can be anything.
  if (detail !== undefined && ACTIONS.has(`${verb}: `)) return undefined;
  if (ACTIONS.has(`${value}: `)) {
    return `the action is never just '${value}': what is executed follows it, as in '${value}: sh'; compare docker.action.verb`;
  }
  return unknown(
    value,
    [...ACTIONS].filter((action) => !action.endsWith(': ')),
    'has the action',
  );
}

function unknown(value: string, known: Iterable<string>, what: string): string | undefined {
  const names = [...known];
  if (names.includes(value)) return undefined;
  return `no event of a known Docker daemon ${what} '${value}'${didYouMean(value, names)}`;
}

function fieldName({ left }: Check): string {
  return left.kind === 'field' ? left.name : '';
}
