import type { ByteString } from '../event-batch.js';
import type { Priority } from '../priority.js';
import type { OutputFields } from './output-format.js';

/** What a rule says about an event that it matched. */
export interface Alert {
  readonly rule: string;
  readonly source: string;
  readonly priority: Priority;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  readonly hostname: string;
  /** Time of the event, nanoseconds since the epoch. */
  readonly time: bigint;
  /** The event's position in this stream, from 1. */
  readonly number: number;
  /** The event number: the event's sequence in its capture; undefined on a live stream. */
  readonly event: number | undefined;
  /** The rule's output with the fields filled in. */
  readonly message: ByteString;
  /** Time and priority, as they stand before the message. */
  readonly prefix: ByteString;
  /** The fields of the output and their values, and the time. */
  readonly fields: OutputFields;
  /** Fields that are not in the output but were asked for besides; no output shows them. */
  readonly details: OutputFields;
}
