import { hostname } from 'node:os';
import { toBytes } from './bytes.js';
import type { ByteString, EventBatch } from './event-batch.js';
import type { EventOrigin } from './event-origin.js';

/** What is the same for every event of a stream. */
export class StreamContext {
  /** The event source, and the plugin that gives its events. */
  readonly source: ByteString;
  readonly plugin: ByteString;
  /** The first event's time in nanoseconds, once it was seen. */
  firstTime = 0n;

  /** @param host what `evt.hostname` and alerts say: FALCO_HOSTNAME, else the host's name */
  constructor(
    origin: EventOrigin,
    readonly host: string = process.env.FALCO_HOSTNAME ?? hostname(),
  ) {
    this.source = toBytes(origin.info.eventSource);
    this.plugin = toBytes(origin.info.name);
  }

  /** To be called with every batch, in stream order. */
  follow(batch: EventBatch): void {
    if (batch.firstNumber === 1 && batch.count > 0) this.firstTime = batch.times[0] as bigint;
  }
}
