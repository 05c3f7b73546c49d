import { loadAddon } from '../native-addon.js';
import type { ByteString, FieldValue, RuleSet } from '../rules/event-batch.js';

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
  /**
   * Makes a screen of `rules` rules over fields, which are asked for in this order, no field twice. `readers` has for each
   * field the set of the rules that read it, `absent` the set that can still match where it is absent.
   */
  newScreen(rules: number, requests: Uint32Array, readers: RuleSet, absent: RuleSet): NativeScreen;
  /** Says of a field's next values, in the order of their numbers, which rules can still match where they are. */
  judge(screen: NativeScreen, field: number, sets: RuleSet): void;
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
  /** Extracts the fields with these numbers, no number twice, of every event or of those in the mask. */
  extract(requests: Uint32Array, mask?: Uint8Array): NativeColumn[];
  /** Extracts a screen's fields, and knows of each value what {@link NativePlugin.judge} said before. */
  extractScreened(screen: NativeScreen): NativeScreened;
  payload(index: number): Buffer;
}

export interface NativeScreened {
  /** In the order of the screen's fields. Where an event was not asked for a field, its code is 0. */
  readonly columns: NativeColumn[];
  /** For each rule a mask of the events that it can match; none for a rule that can match none. */
  readonly masks: readonly (Uint8Array | undefined)[];
}

/** What {@link NativePlugin.newScreen} made, for nobody to look into. */
export interface NativeScreen {
  readonly kind: unique symbol;
}

/** A field over a batch. Its values are numbered from 1, and keep their numbers in the batches that follow. */
export interface NativeColumn {
  /** For each event the number of its value, 0 where it is absent. */
  readonly codes: Uint32Array;
  /** The number of the first of `newValues`; 1 when the numbering has begun anew. */
  readonly firstNew: number;
  readonly newValues: readonly FieldValue[];
}

const addon = loadAddon('plugin_host') as PluginHostAddon;

/** @throws Error with what the loader refused */
export function loadNative(path: string): NativePlugin {
  return new addon.Plugin(path);
}
