import type { Column, EventBatch, FieldRequest, FieldValue } from '../event-batch.js';
import type { FieldUse } from '../fields/catalogue.js';
import type { EventField } from '../fields/event-fields.js';
import { fieldText } from '../language/ast.js';
import type { StreamContext } from '../stream-context.js';

/** Reads the value of a column, for one event or one distinct value. */
export type ReadColumn = (column: number) => FieldValue;

/** The columns that conditions or outputs read, each once, however many of them name it. */
export class ColumnSet {
  /** What to ask the plugin for: the first columns, in order. */
  readonly requests: FieldRequest[] = [];
  private readonly eventFields: EventField[] = [];
  private readonly known = new Map<string, number>();

  /** The column of a field. Those that the plugin does not extract have numbers below zero. */
  add(use: FieldUse): number {
    const key = fieldText({ name: use.info.name, ...(use.arg !== undefined && { arg: use.arg }) });
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const column = use.eventField ? -this.eventFields.push(use.eventField) : this.requests.push(toRequest(use)) - 1;
    this.known.set(key, column);
    return column;
  }

  /**
   * The columns over a batch.
   *
   * @param needed only these are extracted and may be read
   * @param mask only of events whose byte in it is 1
   */
  load(batch: EventBatch, stream: StreamContext, needed?: ReadonlySet<number>, mask?: Uint8Array): LoadedColumns {
    const wanted = this.requests.map((_, column) => column).filter((column) => needed?.has(column) ?? true);
    const requests = wanted.map((column) => this.requests[column] as FieldRequest);
    const extracted = requests.length > 0 ? batch.extract(requests, mask) : [];
    return this.loaded(batch, stream, new Map(wanted.map((column, i) => [column, extracted[i] as Column])));
  }

  /** As {@link load}, with columns that are extracted already. */
  loaded(batch: EventBatch, stream: StreamContext, extracted: Map<number, Column>): LoadedColumns {
    return new LoadedColumns(batch, stream, extracted, this.eventFields);
  }
}

/** The columns of a {@link ColumnSet} over one batch; an `evt.` column is made when it is first read. */
export class LoadedColumns {
  constructor(
    readonly batch: EventBatch,
    readonly stream: StreamContext,
    private readonly columns: Map<number, Column>,
    private readonly eventFields: readonly EventField[],
  ) {}

  get(column: number): Column {
    const known = this.columns.get(column);
    if (known) return known;
    const made = this.make(this.eventFields[-column - 1] as EventField);
    this.columns.set(column, made);
    return made;
  }

  value(column: number, event: number): FieldValue {
    const { codes, values } = this.get(column);
    return values[codes[event] as number];
  }

  private make(field: EventField): Column {
    const { batch, stream } = this;
    const count = field.isConstant ? Math.min(1, batch.count) : batch.count;
    const values: FieldValue[] = [undefined];
    for (let index = 0; index < count; index++) values.push(field.value({ batch, index, stream }));
    const codes = new Uint32Array(batch.count);
    for (let index = 0; index < batch.count; index++) codes[index] = field.isConstant ? 1 : index + 1;
    return { codes, values };
  }
}

function toRequest({ info, arg }: FieldUse): FieldRequest {
  return arg === undefined ? { field: info.name } : { field: info.name, arg };
}
