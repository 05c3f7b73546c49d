import type { Column, EventBatch, FieldRequest } from '../../rules/event-batch.js';

/**
 * A batch that several engines evaluate: each field is extracted once, and those that conditions read all at once, because a
 * plugin parses an event anew each time that it is asked.
 */
export class SharedBatch implements EventBatch {
  readonly #columns = new Map<string, Column>();
  #early: readonly FieldRequest[];

  /** @param early fields that are extracted together with the first that is asked for */
  constructor(
    private readonly batch: EventBatch,
    early: readonly FieldRequest[],
  ) {
    this.#early = early;
  }

  get count(): number {
    return this.batch.count;
  }

  get firstNumber(): number {
    return this.batch.firstNumber;
  }

  get times(): BigUint64Array {
    return this.batch.times;
  }

  extract(requests: readonly FieldRequest[]): Column[] {
    const wanted = new Map([...this.#early, ...requests].map((request) => [keyOf(request), request]));
    this.#early = [];
    for (const key of this.#columns.keys()) wanted.delete(key);
    const extracted = wanted.size > 0 ? this.batch.extract([...wanted.values()]) : [];
    [...wanted.keys()].forEach((key, i) => {
      this.#columns.set(key, extracted[i] as Column);
    });
    return requests.map((request) => this.#columns.get(keyOf(request)) as Column);
  }

  payload(index: number): Buffer {
    return this.batch.payload(index);
  }
}

function keyOf({ field, arg }: FieldRequest): string {
  return arg === undefined ? field : `${field}[${arg}]`;
}
