import type { Operator } from '../../rules/language/operators.js';
import type { Constraint } from './formula.js';

/** The numbers that are left by bounds, and which bounds those are. */
export interface Range {
  readonly low: bigint | undefined;
  readonly high: bigint | undefined;
  readonly by: readonly Constraint[];
}

const ORDER: readonly Operator[] = ['<', '<=', '>', '>='];
const NEGATED: Partial<Record<Operator, Operator>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** The largest number of a field of 64 bits. */
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * What the constraints leave of a number that is present. Only for `uint64` is it known to be within its type: times before the
 * first event are below zero.
 */
export function rangeOf(constraints: readonly Constraint[]): Range {
  let low =
    constraints[0]?.comparison.left.type === 'uint64' ? { at: 0n, by: undefined as Constraint | undefined } : undefined;
  let high = low && { at: MAX_UINT64, by: undefined as Constraint | undefined };
  for (const constraint of constraints) {
    const { check, values } = constraint.comparison;
    const value = values?.[0];
    if (!ORDER.includes(check.operator) || typeof value !== 'bigint') continue;
    const operator = constraint.holds ? check.operator : NEGATED[check.operator];
    const at = operator === '<' ? value - 1n : operator === '>' ? value + 1n : value;
    if (operator === '<' || operator === '<=') {
      if (high === undefined || at < high.at) high = { at, by: constraint };
    } else if (low === undefined || at > low.at) low = { at, by: constraint };
  }
  const by = [low?.by, high?.by].filter((bound) => bound !== undefined);
  return { low: low?.at, high: high?.at, by };
}

export function isEmptyRange({ low, high }: Range): boolean {
  return low !== undefined && high !== undefined && low > high;
}

/** The numbers of a range, when they are few. */
export function fewNumbers({ low, high }: Range, most: number): bigint[] | undefined {
  if (low === undefined || high === undefined || high - low >= BigInt(most)) return undefined;
  return Array.from({ length: Number(high - low) + 1 }, (_, i) => low + BigInt(i));
}
