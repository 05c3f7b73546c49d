import { DocktapeError, messageOf } from '../errors.js';
import type { NativeBatch, NativeSource } from './addon.js';
import { type BatchContext, PluginBatch } from './plugin-batch.js';

/** How far a source is. */
export interface Progress {
  /** From 0 to 1. */
  readonly fraction: number;
  /** In the plugin's own words, perhaps "". */
  readonly text: string;
}

/** An open event source of a plugin. Close it when done. */
export class EventSource {
  readonly #context: BatchContext;
  readonly #native: NativeSource;
  #batch: PluginBatch | undefined;
  #nextNumber = 1;
  #last: 'end' | DocktapeError | undefined;
  #progress: Progress | undefined;
  #closing: Promise<void> | undefined;

  constructor(context: BatchContext, native: NativeSource) {
    this.#context = context;
    this.#native = native;
  }

  /**
   * The next events; `'timeout'` when there are none yet, `'end'` when there will be none. The plugin waits on a worker
   * thread. The batch given before is no longer valid.
   *
   * @throws DocktapeError `PLUGIN` with the plugin's reason; events that came with the failure have been given before
   */
  async next(): Promise<PluginBatch | 'timeout' | 'end'> {
    if (this.#closing) throw new Error('next() of a closed event source');
    if (this.#last === 'end') return 'end';
    if (this.#last) throw this.#last;
    try {
      const result = await this.#context.turn.runAsync('next', () => this.#next());
      if (result === 'end') this.#last = result;
      if (typeof result === 'string') return result;
      this.#batch = new PluginBatch(this.#context, result, this.#nextNumber);
      this.#nextNumber += result.count;
      return this.#batch;
    } finally {
      this.#context.deliverLogs();
    }
  }

  async #next(): Promise<NativeBatch | 'timeout' | 'end'> {
    this.#batch?.invalidate();
    try {
      return await this.#native.next();
    } catch (cause) {
      this.#last = new DocktapeError('PLUGIN', messageOf(cause), { cause });
      throw this.#last;
    }
  }

  /** How far the source is, or was before the call that is under way. `undefined` when the plugin does not say. */
  progress(): Progress | undefined {
    if (!this.#closing && !this.#context.turn.busy) {
      const progress = this.#context.turn.run('progress', () => this.#native.progress());
      this.#progress = progress && { fraction: progress.hundredths / 10_000, text: progress.text };
    }
    return this.#progress;
  }

  /** Closes the source, after the `next()` that may be under way. More than once is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#context.turn.runWhenIdle('close', () => {
      this.#batch?.invalidate();
      return this.#native.close();
    });
    this.#context.deliverLogs();
  }
}
