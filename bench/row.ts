import type { Bench } from './bench.js';

/** A number that is worth reaching. A row that misses it says so; nothing fails. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One benchmark: a line of the table. */
export interface Row {
  /** For `--only`. */
  readonly name: string;
  /** What is measured. */
  readonly title: string;
  readonly unit: 'events/s' | 'ns' | 'ms' | 'of the JSON lines';
  readonly target?: Target;
  measure(bench: Bench): Promise<number>;
}

export interface Result {
  readonly row: Row;
  readonly value: number;
}

export function isMet(target: Target, value: number): boolean {
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}
