import type { FieldValue } from '../event-batch.js';

/** A condition, or a part of one, that a single column decides. */
export interface ColumnCheck {
  readonly column: number;
  holds(value: FieldValue): boolean;
}

/** What a condition depends on. */
export interface Dependence {
  /** The columns that it reads. */
  readonly columns: ReadonlySet<number>;
  /** Without these it does not hold. */
  readonly required: readonly ColumnCheck[];
  /** Whether it holds when they do. */
  readonly isComplete: boolean;
}

type Parts = readonly (Dependence | undefined)[];

/** The dependence of a check. */
export function ofColumns(columns: readonly number[], checks: readonly ColumnCheck[]): Dependence {
  return { columns: new Set(columns), required: checks, isComplete: checks.length > 0 };
}

/** The dependence of `and`; undefined when that of a part is. */
export function ofAll(parts: Parts): Dependence | undefined {
  if (!areKnown(parts)) return undefined;
  return {
    columns: columnsOf(parts),
    required: parts.flatMap(({ required }) => required),
    isComplete: parts.every(({ isComplete }) => isComplete),
  };
}

/** The dependence of `or`. Only when one column decides every part is there a check that is required. */
export function ofAny(parts: Parts): Dependence | undefined {
  return ofOneColumn(parts, (value) => parts.some((part) => holdsFor(part as Dependence, value)));
}

export function ofNot(part: Dependence | undefined): Dependence | undefined {
  return ofOneColumn([part], (value) => !holdsFor(part as Dependence, value));
}

function ofOneColumn(parts: Parts, holds: (value: FieldValue) => boolean): Dependence | undefined {
  if (!areKnown(parts)) return undefined;
  const columns = columnsOf(parts);
  const [column] = columns;
  if (column === undefined || columns.size > 1 || !parts.every(({ isComplete }) => isComplete)) {
    return { columns, required: [], isComplete: false };
  }
  return { columns, required: [{ column, holds }], isComplete: true };
}

function holdsFor({ required }: Dependence, value: FieldValue): boolean {
  return required.every((check) => check.holds(value));
}

function areKnown(parts: Parts): parts is readonly Dependence[] {
  return parts.every((part) => part !== undefined);
}

function columnsOf(parts: readonly Dependence[]): ReadonlySet<number> {
  return new Set(parts.flatMap(({ columns }) => [...columns]));
}
