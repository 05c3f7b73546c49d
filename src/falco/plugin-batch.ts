import { DocktapeError, messageOf } from '../errors.js';
import type { Column, EventBatch, FieldRequest, Screened, Screening } from '../rules/event-batch.js';
import type { NativeBatch } from './addon.js';
import type { FieldRequests } from './field-requests.js';
import type { Screens } from './screens.js';
import type { Turn } from './turn.js';

/** What batches of a plugin share. */
export interface BatchContext {
  readonly name: string;
  readonly turn: Turn;
  readonly requests: FieldRequests;
  readonly screens: Screens;
  /** Hands the lines that the plugin logged to whoever listens. */
  deliverLogs(): void;
}

/**
 * Events of a plugin, whose fields its own extractor reads. Strings and addresses come as byte strings: an `ipaddr` or
 * `ipnet` is its 4 or 16 bytes in network order.
 *
 * Each field is extracted of an event once. Ask for all fields at once: a plugin parses an event anew when it comes back to it.
 */
export class PluginBatch implements EventBatch {
  readonly count: number;
  readonly firstNumber: number;
  readonly times: BigUint64Array;
  readonly #context: BatchContext;
  /** What was extracted of every event, by the addon's numbers of the fields. */
  readonly #columns = new Map<number, Column>();
  #native: NativeBatch | undefined;

  constructor(context: BatchContext, native: NativeBatch, firstNumber: number) {
    this.#context = context;
    this.#native = native;
    this.firstNumber = firstNumber;
    this.count = native.count;
    this.times = native.times;
  }

  /** @throws DocktapeError `PLUGIN` for a field that the plugin does not have, or when it gives results it must not give */
  extract(requests: readonly FieldRequest[], mask?: Uint8Array): Column[] {
    const native = this.#events();
    const indexes = requests.map((request) => this.#context.requests.index(request));
    const columns = mask ? new Map(this.#columns) : this.#columns;
    const missing = Uint32Array.from(new Set(indexes.filter((index) => !columns.has(index))));
    if (missing.length > 0) {
      this.#call(() => native.extract(missing, mask)).forEach((column, i) => {
        const index = missing[i] as number;
        columns.set(index, this.#context.requests.column(index, column));
      });
    }
    return indexes.map((index) => columns.get(index) as Column);
  }

  /** @throws DocktapeError `PLUGIN` as {@link extract} does */
  screen(screening: Screening): Screened {
    const native = this.#events();
    const screen = this.#context.screens.get(screening);
    return this.#call(() => screen.extract(native));
  }

  #call<T>(extract: () => T): T {
    const { name, turn } = this.#context;
    try {
      return turn.run('extract', () => {
        try {
          return extract();
        } catch (cause) {
          throw new DocktapeError('PLUGIN', `plugin ${name}: ${messageOf(cause)}`, { cause });
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
