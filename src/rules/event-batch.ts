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
 *
 * Later batches may use the same dictionary: then `values` is the same array, to which values have been added. There may be
 * values in it that no event of this batch has.
 */
export interface Column {
  readonly codes: Uint32Array;
  readonly values: readonly FieldValue[];
}

/** A set of rules by their numbers: 32 bits a word, always a whole number of 64-bit words. */
export type RuleSet = Uint32Array;

/** What lets a batch leave out fields that no rule needs of an event any more. */
export interface Screening {
  readonly ruleCount: number;
  /** The fields, in the order in which an event is asked for them. */
  readonly requests: readonly FieldRequest[];
  /** The rules whose conditions read a field. */
  readers(field: number): RuleSet;
  /** The rules whose conditions can hold for an event on which the field has this value. */
  possible(field: number, value: FieldValue): RuleSet;
}

/** Columns that are complete only where a rule can still match. */
export interface Screened {
  /** In the order of the screening's fields. */
  readonly columns: readonly Column[];
  /**
   * A mask of the events for which a rule's condition can hold, undefined when there are none. Of the fields that the
   * condition reads, these events have the values in the columns; others may seem to have none.
   */
  candidates(rule: number): Uint8Array | undefined;
}

/** Events in stream order, valid until the next batch is asked for. */
export interface EventBatch {
  readonly count: number;
  /** The `evt.num` of the first event: 1 for the first of a stream. The others follow without a hole. */
  readonly firstNumber: number;
  /** Event times, nanoseconds since the epoch. */
  readonly times: BigUint64Array;
  /**
   * One column for each request, in the same order. With a mask, only the values of events whose byte is 1 are to be used:
   * others may seem to have none.
   */
  extract(requests: readonly FieldRequest[], mask?: Uint8Array): Column[];
  /** Extracts fields only as long as a rule needs them; not every kind of batch can. */
  screen?(screening: Screening): Screened;
  /** The payload bytes of event `index`: the daemon's line without its newline. A copy. */
  payload(index: number): Buffer;
}
