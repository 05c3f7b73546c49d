import { testOf } from '../../rules/compile/comparison.js';
import type { Scalar } from '../../rules/compile/literals.js';
import { UNARY_TRANSFORMERS } from '../../rules/compile/transformers.js';
import type { FieldValue } from '../../rules/event-batch.js';
import type { Operand } from '../../rules/language/ast.js';
import type { Operator } from '../../rules/language/operators.js';
import type { Constraint } from './formula.js';
import type { Model } from './model.js';
import { fewNumbers, isEmptyRange, type Range, rangeOf } from './range.js';
import { conflictingParts } from './text-parts.js';

/**
 * Constraints among these that no event can meet together; undefined when none are found, which does not mean that there are
 * none. What is found is certain: a field is taken to be unable to have a value only when it was tried on all that it can have.
 */
export function conflictIn(written: readonly Constraint[], model: Model): readonly Constraint[] | undefined {
  const constraints = [...written, ...written.flatMap((constraint) => impliedBy(constraint, model))];
  return (
    contradiction(constraints) ??
    constraints.map(impossible).find((found) => found) ??
    missing(constraints) ??
    withoutValue(constraints, model)
  );
}

/** How many numbers of a range are tried one by one. */
const MOST_NUMBERS = 64;

const FINITE: readonly Operator[] = ['=', 'in', 'intersects'];

/** A comparison and its contrary. */
function contradiction(constraints: readonly Constraint[]): readonly Constraint[] | undefined {
  const known = new Map<string, Constraint>();
  for (const constraint of constraints) {
    const { key } = constraint.comparison;
    const other = known.get(key);
    if (other && other.holds !== constraint.holds) return [other, constraint];
    known.set(key, constraint);
  }
  return undefined;
}

/** A comparison with no field in it, or with no value to be equal to. */
function impossible(constraint: Constraint): readonly Constraint[] | undefined {
  const { comparison, holds } = constraint;
  const { columns, values, left, check } = comparison;
  if (columns.length === 0) return comparison.test(() => undefined) === holds ? undefined : [constraint];
  // An empty list of values has all its members in any list.
  const isVacuous = left.isList && check.operator === 'in';
  return holds && values?.length === 0 && !isVacuous ? [constraint] : undefined;
}

/** A field that must be absent for one constraint and present for another. */
function missing(constraints: readonly Constraint[]): readonly Constraint[] | undefined {
  for (const absent of constraints) {
    const { check, columns } = absent.comparison;
    if (absent.holds || check.operator !== 'exists' || check.left.kind !== 'field') continue;
    const present = constraints.find((other) => other.holds && other.comparison.columns.includes(columns[0] as number));
    if (present) return [present, absent];
  }
  return undefined;
}

/** Constraints on one operand that leave it no value, where it must have one. */
function withoutValue(constraints: readonly Constraint[], model: Model): readonly Constraint[] | undefined {
  const present = new Set(constraints.filter(({ holds }) => holds).flatMap(({ comparison }) => comparison.columns));
  for (const [, group] of groups(constraints)) {
    const { left, check } = (group[0] as Constraint).comparison;
    if (left.isList || left.type === 'ipnet') continue;
    const [column] = left.columns;
    const isField = check.left.kind === 'field';
    const isPresent = isField
      ? present.has(column as number) || model.constant(column as number) !== undefined
      : group.some(({ holds }) => holds);
    if (!isPresent) continue;
    const range = rangeOf(group);
    if (isEmptyRange(range)) return range.by;
    const found =
      (isField
        ? triedOnField(column as number, group, range, constraints, model)
        : isPlain(check.left) && triedOnOperand(check.left, group)) || conflictingParts(group);
    if (found) return found;
  }
  return undefined;
}

/** The constraints on each operand, those that compare it with other operands aside. */
function groups(constraints: readonly Constraint[]): Map<string, Constraint[]> {
  const found = new Map<string, Constraint[]>();
  for (const constraint of constraints) {
    const { left, values, check } = constraint.comparison;
    if (values === undefined && check.operator !== 'exists') continue;
    const group = found.get(left.key);
    if (group) group.push(constraint);
    else found.set(left.key, [constraint]);
  }
  return found;
}

/** Tries all that read only this field, and what follows from it, on each value that it can have. */
function triedOnField(
  column: number,
  group: readonly Constraint[],
  range: Range,
  constraints: readonly Constraint[],
  model: Model,
): readonly Constraint[] | undefined {
  const candidates = fieldCandidates(column, group, range, model);
  if (!candidates) return undefined;
  const derived = model.derived(column);
  const tests = constraints.filter(({ comparison }) => comparison.columns.every((c) => c === column || derived.has(c)));
  return tried(candidates, (value) => {
    const read = (c: number): FieldValue => (c === column ? value : derived.get(c)?.(value));
    return tests.find(({ comparison, holds }) => comparison.test(read) !== holds);
  });
}

/** Tries the constraints on a transformed value on each value that it can have. */
function triedOnOperand(operand: Operand, group: readonly Constraint[]): readonly Constraint[] | undefined {
  for (const constraint of group) {
    const { check, values } = constraint.comparison;
    const isPart = check.operator === 'startswith' || check.operator === 'endswith' || check.operator === 'contains';
    if (constraint.holds && isPart && check.modifier === undefined && !isResult(operand, values?.[0])) {
      return [constraint];
    }
  }
  const candidates = smallest(group);
  if (!candidates) return undefined;
  const tests = group.flatMap((constraint) => {
    const { check, values } = constraint.comparison;
    return values ? [{ constraint, test: testOf(check.operator, check.modifier, values) }] : [];
  });
  return tried(candidates, (value) => {
    if (!isResult(operand, value)) return candidates.by[0];
    return tests.find(({ constraint, test }) => test(value) !== constraint.holds)?.constraint;
  });
}

/** The values that something can have at most, and the constraints that say so. */
interface Candidates {
  readonly values: readonly Scalar[];
  readonly by: readonly Constraint[];
}

/** What is against the last of the candidates standing; undefined when one of them is left. */
function tried(
  { values, by }: Candidates,
  against: (value: Scalar) => Constraint | undefined,
): readonly Constraint[] | undefined {
  const reasons = new Set(by);
  for (const value of values) {
    const reason = against(value);
    if (!reason) return undefined;
    reasons.add(reason);
  }
  return [...reasons];
}

function fieldCandidates(
  column: number,
  group: readonly Constraint[],
  range: Range,
  model: Model,
): Candidates | undefined {
  const constant = model.constant(column);
  if (constant !== undefined) return { values: [constant as Scalar], by: [] };
  if (group[0]?.comparison.left.type === 'bool') return { values: [true, false], by: [] };
  const numbers = fewNumbers(range, MOST_NUMBERS);
  return smallest(group) ?? (numbers && { values: numbers, by: range.by });
}

function smallest(group: readonly Constraint[]): Candidates | undefined {
  let found: Candidates | undefined;
  for (const constraint of group) {
    const { values, check } = constraint.comparison;
    if (!constraint.holds || !values || !FINITE.includes(check.operator)) continue;
    if (!found || values.length < found.values.length) found = { values, by: [constraint] };
  }
  return found;
}

function impliedBy(constraint: Constraint, model: Model): Constraint[] {
  if (!constraint.holds) return [];
  return constraint.comparison.columns.flatMap((column) =>
    model
      .implied(column)
      .map((comparison) => ({ kind: 'constraint' as const, comparison, holds: true, source: constraint })),
  );
}

/** Whether an operand is one whose values can be tried: some transformers end texts or are absent in ways of their own. */
function isPlain(operand: Operand): boolean {
  if (operand.kind !== 'transformer') return operand.kind === 'field';
  const { name, args } = operand;
  return (IDEMPOTENT.has(name) || name === 'len') && args.every(isPlain);
}

const IDEMPOTENT: ReadonlySet<string> = new Set(['tolower', 'toupper', 'basename']);

/** Whether a transformer can give this value, or a text with this part: such as change nothing when applied twice give what they keep. */
function isResult(operand: Operand, value: Scalar | undefined): boolean {
  if (operand.kind !== 'transformer' || !IDEMPOTENT.has(operand.name) || value === undefined) return true;
  return UNARY_TRANSFORMERS[operand.name]?.apply(value) === value;
}
