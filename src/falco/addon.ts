import { createRequire } from 'node:module';
import type { ByteString, Column } from '../rules/event-batch.js';

/**
 * What native/host exports: a Falco plugin as Falco's loader sees it, callable from Node. It trusts its caller (see
 * plugin.ts, event-source.ts and plugin-batch.ts, the only ones) and throws `Error`s that say what the plugin did or said.
 */
interface PluginHostAddon {
  /** Loads a library and checks what Falco's loader checks. */
  Plugin: new (
    path: string,
  ) => NativePlugin;
}

/** A loaded library and, from `init` on, one state of its plugin. One call at a time, except `metrics` and `takeLogs`. */
export interface NativePlugin {
  readonly name: string;
  readonly version: string;
  readonly requiredApiVersion: string;
  readonly description: string;
  readonly contact: string;
  /** 0 for a plugin without an event source of its own. */
  readonly id: number;
  /** "" for a plugin without an event source of its own. */
  readonly eventSource: string;
  readonly canSource: boolean;
  readonly canExtract: boolean;
  /** The JSON Schema of the init config; `undefined` when the config is free text. */
  readonly initSchema: string | undefined;
  /** The JSON that `get_fields` gave; `undefined` without the extraction capability. */
  readonly fields: string | undefined;
  init(config: string): void;
  /** The JSON that `list_open_params` gave; `undefined` when the plugin has no such function. */
  listOpenParams(): string | undefined;
  /** Calls `open` on a worker thread. */
  open(params: string): Promise<NativeSource>;
  /** Takes a field to extract, and gives its index for {@link NativeBatch.extract}. */
  addRequest(field: NativeRequest): number;
  /** Makes plugin events of payloads: `data[bounds[2 i]]` up to `data[bounds[2 i + 1]]`. They are gone with the next `wrap`. */
  wrap(data: Uint8Array, bounds: Uint32Array, times: BigUint64Array): NativeBatch;
  metrics(): { name: string; monotonic: boolean; value: bigint | number }[];
  /** The log lines since the last call. */
  takeLogs(): { severity: number; component: string | undefined; text: string }[];
  /** Calls `destroy`. Nothing but `takeLogs` may follow. */
  destroy(): void;
}

/** Members of the plugin ABI's extract field. */
export interface NativeRequest {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly isList: boolean;
  readonly key: ByteString | undefined;
  readonly index: bigint | undefined;
}

export interface NativeSource {
  /** Calls `next_batch` on a worker thread. The batch's memory is the plugin's: gone with the next `next` or `close`. */
  next(): Promise<NativeBatch | 'timeout' | 'end'>;
  /** From 0 to 10000, and the plugin's own words. `undefined` when the plugin has no such function. */
  progress(): { hundredths: number; text: string } | undefined;
  /** Calls `close` on a worker thread. Nothing may follow. */
  close(): Promise<void>;
}

export interface NativeBatch {
  readonly count: number;
  readonly times: BigUint64Array;
  extract(requests: Uint32Array): Column[];
  payload(index: number): Buffer;
}

const addon = createRequire(import.meta.url)('../../build/Release/plugin_host.node') as PluginHostAddon;

/** @throws Error with what the loader refused */
export function loadNative(path: string): NativePlugin {
  return new addon.Plugin(path);
}
