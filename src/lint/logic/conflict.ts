import type { Constraint } from './formula.js';
import type { Model } from './model.js';
import { isEmptyRange, rangeOf } from './range.js';
import { conflictingParts } from './text-parts.js';
import { triedOnField, triedOnOperand } from './trial.js';

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
    const found = isField
      ? triedOnField({ column: column as number, group, range }, constraints, model)
      : triedOnOperand(check.left, group);
    const conflict = found ?? conflictingParts(group);
    if (conflict) return conflict;
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

function impliedBy(constraint: Constraint, model: Model): Constraint[] {
  if (!constraint.holds) return [];
  return constraint.comparison.columns.flatMap((column) =>
    model
      .implied(column)
      .map((comparison) => ({ kind: 'constraint' as const, comparison, holds: true, source: constraint })),
  );
}
