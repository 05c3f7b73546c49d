import type { Bench } from './bench.js';

/** A number that is worth reaching. A row that misses it says so; nothing fails. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** Why a row has no value on this machine, and what gives it one. */
export class NotMeasured {
  constructor(readonly reason: string) {}
}

/** One benchmark: a line of the table. */
export interface Row {
  /** For `--only`. */
  readonly name: string;
  /** What is measured. */
  readonly title: string;
  readonly unit: 'events/s' | 'ns' | 'ms' | 'MB' | 'of the JSON lines' | 'times' | 'questions';
  readonly target?: Target;
  /** What a reader should know of how it is measured, or compare it with. */
  readonly note?: string;
  measure(bench: Bench): Promise<number | NotMeasured>;
  /** The peak resident set of the process that `measure` measured, in MB. */
  memory?(bench: Bench): Promise<number>;
}

export interface Result {
  readonly row: Row;
  readonly value: number | NotMeasured;
  readonly memory: number | undefined;
}

export async function resultOf(row: Row, bench: Bench): Promise<Result> {
  return { row, value: await row.measure(bench), memory: await row.memory?.(bench) };
}

export function isMet(target: Target, value: number): boolean {
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}
