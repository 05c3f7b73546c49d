import { testOf } from '../../rules/compile/comparison.js';
import type { Scalar } from '../../rules/compile/literals.js';
import { UNARY_TRANSFORMERS } from '../../rules/compile/transformers.js';
import type { FieldValue } from '../../rules/event-batch.js';
import type { Operand } from '../../rules/language/ast.js';
import type { Operator } from '../../rules/language/operators.js';
import type { Constraint } from './formula.js';
import type { Model } from './model.js';
import { fewNumbers, type Range } from './range.js';

/** How many numbers of a range are tried one by one. */
const MOST_NUMBERS = 64;

const FINITE: readonly Operator[] = ['=', 'in', 'intersects'];

/** A field that must have a value. */
interface FieldToTry {
  readonly column: number;
  /** The constraints that compare it with values. */
  readonly group: readonly Constraint[];
  readonly range: Range;
}

/** Tries all constraints that read only this field, and what follows from it, on each value that it can have. */
export function triedOnField(
  field: FieldToTry,
  constraints: readonly Constraint[],
  model: Model,
): readonly Constraint[] | undefined {
  const { column } = field;
  const candidates = fieldCandidates(field, model);
  if (!candidates) return undefined;
  const derived = model.derived(column);
  const tests = constraints.filter(({ comparison }) => comparison.columns.every((c) => c === column || derived.has(c)));
  return tried(candidates, (value) => {
    const read = (c: number): FieldValue => (c === column ? value : derived.get(c)?.(value));
    return tests.find(({ comparison, holds }) => comparison.test(read) !== holds);
  });
}

/** Tries the constraints on a transformed value on each value that it can have. */
export function triedOnOperand(operand: Operand, group: readonly Constraint[]): readonly Constraint[] | undefined {
  if (!isPlain(operand)) return undefined;
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

function fieldCandidates({ column, group, range }: FieldToTry, model: Model): Candidates | undefined {
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

/** Whether an operand is one whose values can be tried: some transformers end texts or are absent in ways of their own. */
function isPlain(operand: Operand): boolean {
  if (operand.kind !== 'transformer') return operand.kind === 'field';
  const { name, args } = operand;
  return (IDEMPOTENT.has(name) || name === 'len') && args.every(isPlain);
}

const IDEMPOTENT: ReadonlySet<string> = new Set(['tolower', 'toupper', 'basename']);

/** Whether a transformer can give this value, or a text with this part. Those that change nothing the second time give what they keep. */
function isResult(operand: Operand, value: Scalar | undefined): boolean {
  if (operand.kind !== 'transformer' || !IDEMPOTENT.has(operand.name) || value === undefined) return true;
  return UNARY_TRANSFORMERS[operand.name]?.apply(value) === value;
}
