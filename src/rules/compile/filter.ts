import type { FieldValue } from '../event-batch.js';
import type { LoadedColumns } from './columns.js';
import { type ColumnCheck, type Dependence, ofAll, ofAny, ofColumns, ofNot } from './dependence.js';
import type { Term } from './term.js';

/** A batch while conditions are evaluated over it. */
export class Frame {
  readonly count: number;
  private readonly free: Uint8Array[] = [];

  constructor(readonly columns: LoadedColumns) {
    this.count = columns.batch.count;
  }

  /** A mask whose content is not defined; give it back with {@link release}. */
  take(): Uint8Array {
    return this.free.pop() ?? new Uint8Array(this.count);
  }

  release(mask: Uint8Array): void {
    this.free.push(mask);
  }
}

/**
 * A condition over a batch. A mask has a byte for each event: 1 while the event is still in question, 0 when it is out. So
 * `and` asks its later parts only about events that the earlier ones left, and whole columns are walked at a time.
 */
export interface Filter {
  /** Takes the events out of the mask for which the condition does not hold. Returns whether any are left. */
  narrow(mask: Uint8Array, frame: Frame): boolean;
  /** What the condition depends on. A filter that does not say so may read any column of any event. */
  readonly dependence?: Dependence | undefined;
}

export class AndFilter implements Filter {
  readonly dependence: Dependence | undefined;

  constructor(private readonly children: readonly Filter[]) {
    this.dependence = ofAll(children.map(({ dependence }) => dependence));
  }

  narrow(mask: Uint8Array, frame: Frame): boolean {
    return this.children.every((child) => child.narrow(mask, frame));
  }
}

export class NotFilter implements Filter {
  readonly dependence: Dependence | undefined;

  constructor(private readonly child: Filter) {
    this.dependence = ofNot(child.dependence);
  }

  narrow(mask: Uint8Array, frame: Frame): boolean {
    const held = frame.take();
    held.set(mask);
    if (this.child.narrow(held, frame)) subtract(mask, held);
    frame.release(held);
    return mask.includes(1);
  }
}

export class OrFilter implements Filter {
  readonly dependence: Dependence | undefined;

  constructor(private readonly children: readonly Filter[]) {
    this.dependence = ofAny(children.map(({ dependence }) => dependence));
  }

  narrow(mask: Uint8Array, frame: Frame): boolean {
    const undecided = frame.take();
    const held = frame.take();
    undecided.set(mask);
    for (const child of this.children) {
      held.set(undecided);
      if (child.narrow(held, frame)) subtract(undecided, held);
    }
    // What no part decided is what none of them held for.
    subtract(mask, undecided);
    frame.release(held);
    frame.release(undecided);
    return mask.includes(1);
  }
}

/** Verdicts on a distinct value. A verdict less one is the byte of a mask. */
const UNKNOWN = 0;
const FALSE = 1;
const TRUE = 2;

/** A check of one column: it is evaluated once for each distinct value that an event in question has. */
export class ColumnFilter implements Filter, ColumnCheck {
  readonly dependence: Dependence;
  private values: readonly FieldValue[] = [];
  private verdicts = new Uint8Array(64);

  constructor(
    private readonly term: Term,
    readonly column: number,
  ) {
    this.dependence = ofColumns([column], [this]);
  }

  /** Whether the check holds for this value. */
  holds(value: FieldValue): boolean {
    return this.term.test(() => value);
  }

  narrow(mask: Uint8Array, frame: Frame): boolean {
    const { codes, values } = frame.columns.get(this.column);
    this.follow(values);
    const { verdicts } = this;
    let left = 0;
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) continue;
      const code = codes[i] as number;
      let verdict = verdicts[code] as number;
      if (verdict === UNKNOWN) {
        verdict = this.holds(values[code]) ? TRUE : FALSE;
        verdicts[code] = verdict;
      }
      mask[i] = verdict - 1;
      left |= verdict - 1;
    }
    return left !== 0;
  }

  /** Makes the verdicts those on these values. An array that is known has only got longer. */
  private follow(values: readonly FieldValue[]): void {
    if (this.values !== values) {
      this.values = values;
      this.verdicts.fill(UNKNOWN);
    }
    if (this.verdicts.length >= values.length) return;
    const longer = new Uint8Array(values.length * 2);
    longer.set(this.verdicts);
    this.verdicts = longer;
  }
}

/** A check of several columns, or of none: it is evaluated for each event. */
export class EventFilter implements Filter {
  readonly dependence: Dependence;

  constructor(private readonly term: Term) {
    this.dependence = ofColumns(term.columns, []);
  }

  narrow(mask: Uint8Array, frame: Frame): boolean {
    let left = false;
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) continue;
      if (this.term.test((column) => frame.columns.value(column, i))) left = true;
      else mask[i] = 0;
    }
    return left;
  }
}

/** Takes the events of `held` out of `mask`. */
export function subtract(mask: Uint8Array, held: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i] = (mask[i] as number) & ~(held[i] as number);
}
