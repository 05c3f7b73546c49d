import { DocktapeError, messageOf } from '../errors.js';
import type { Column, EventBatch, FieldRequest } from '../rules/event-batch.js';
import type { NativeBatch } from './addon.js';
import type { FieldRequests } from './field-requests.js';
import type { Turn } from './turn.js';

/** What batches of a plugin share. */
export interface BatchContext {
  readonly name: string;
  readonly turn: Turn;
  readonly requests: FieldRequests;
  /** Hands the lines that the plugin logged to whoever listens. */
  deliverLogs(): void;
}

/**
 * Events of a plugin, whose fields its own extractor reads. Strings and addresses come as byte strings: an `ipaddr` or
 * `ipnet` is its 4 or 16 bytes in network order.
 *
 * Ask for all fields at once: a plugin parses an event anew when it comes back to it.
 */
export class PluginBatch implements EventBatch {
  readonly count: number;
  readonly firstNumber: number;
  readonly times: BigUint64Array;
  readonly #context: BatchContext;
  #native: NativeBatch | undefined;

  constructor(context: BatchContext, native: NativeBatch, firstNumber: number) {
    this.#context = context;
    this.#native = native;
    this.firstNumber = firstNumber;
    this.count = native.count;
    this.times = native.times;
  }

  /** @throws DocktapeError `PLUGIN` for a field that the plugin does not have, or when it gives results it must not give */
  extract(requests: readonly FieldRequest[]): Column[] {
    const native = this.#events();
    const indexes = this.#context.requests.indexes(requests);
    try {
      return this.#context.turn.run('extract', () => {
        try {
          return native.extract(indexes);
        } catch (cause) {
          throw new DocktapeError('PLUGIN', `plugin ${this.#context.name}: ${messageOf(cause)}`, { cause });
        }
      });
    } finally {
      this.#context.deliverLogs();
    }
  }

  payload(index: number): Buffer {
    const native = this.#events();
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new RangeError(`event ${index} of a batch of ${this.count}`);
    }
    return native.payload(index);
  }

  /** Forgets the events: their memory is about to be used again. */
  invalidate(): void {
    this.#native = undefined;
  }

  #events(): NativeBatch {
    if (this.#native) return this.#native;
    throw new Error('this batch is no longer valid: its events ended with the next next(), wrap() or close()');
  }
}
