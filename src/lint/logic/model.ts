import type { FieldValue } from '../../rules/event-batch.js';
import type { Comparison } from './comparison.js';

/** What is known of fields besides their types, by column. */
export interface Model {
  /** The value that a column has on every event of the source, where there is one. */
  constant(column: number): Exclude<FieldValue, undefined> | undefined;
  /** What holds on every event on which a column has a value. */
  implied(column: number): readonly Comparison[];
  /** Columns whose values follow from that of this one. */
  derived(column: number): ReadonlyMap<number, (value: FieldValue) => FieldValue>;
}
