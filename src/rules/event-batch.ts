import type { ByteString } from '../byte-string.js';

export type { ByteString };

/**
 * The value of a field on an event. Absent is `undefined`, never "". Numbers and times are bigint: a nanosecond time
 * does not fit a double. List fields are arrays.
 */
export type FieldValue = ByteString | bigint | boolean | readonly (ByteString | bigint | boolean)[] | undefined;

/** A field as a rule names it: `docker.attributes[name]` is `{ field: 'docker.attributes', arg: 'name' }`. */
export interface FieldRequest {
  readonly field: string;
  readonly arg?: ByteString;
}

/**
 * One field over a batch of events. Most events of a batch share a few values, so a column is a dictionary: event `i`
 * has the value `values[codes[i]]`, the values are distinct, and `values[0]` is always `undefined` (absent). A condition
 * is then evaluated once per distinct value and not once per event.
 */
export interface Column {
  readonly codes: Uint32Array;
  readonly values: readonly FieldValue[];
}

/** Events in stream order, valid until the next batch is asked for. */
export interface EventBatch {
  readonly count: number;
  /** The `evt.num` of the first event: 1 for the first of a stream. The others follow without a hole. */
  readonly firstNumber: number;
  /** Event times, nanoseconds since the epoch. */
  readonly times: BigUint64Array;
  /** One column for each request, in the same order. */
  extract(requests: readonly FieldRequest[]): Column[];
  /** The payload bytes of event `index`: the daemon's line without its newline. A copy. */
  payload(index: number): Buffer;
}
