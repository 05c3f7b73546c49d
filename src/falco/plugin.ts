import { resolve } from 'node:path';
import type { LineBatch } from '../docker/line-batch.js';
import { DocktapeError, messageOf } from '../errors.js';
import type { FieldInfo } from '../rules/field-info.js';
import { loadNative, type NativePlugin } from './addon.js';
import { EventSource } from './event-source.js';
import { FieldRequests } from './field-requests.js';
import { type BatchContext, PluginBatch } from './plugin-batch.js';
import { type OpenParam, parseFields, parseOpenParams } from './plugin-json.js';
import { Screens } from './screens.js';
import { Turn } from './turn.js';
import { type LooseEvent, payloadsOf } from './wrapping.js';

/** What a plugin says of itself. */
export interface PluginInfo {
  readonly name: string;
  readonly version: string;
  readonly requiredApiVersion: string;
  /** 0 for a plugin without an event source of its own. */
  readonly id: number;
  /** "" for a plugin without an event source of its own. */
  readonly eventSource: string;
  readonly description: string;
  readonly contact: string;
}

const severities = ['fatal', 'critical', 'error', 'warning', 'notice', 'info', 'debug', 'trace'] as const;

/** Severities of a plugin's log lines, from the gravest to the least. */
export type LogSeverity = (typeof severities)[number];

/** Gets a plugin's log lines, in order, before the call in or after which they were logged returns. */
export type LogListener = (severity: LogSeverity, component: string | undefined, text: string) => void;

export interface PluginMetric {
  readonly name: string;
  /** Whether it only ever grows. */
  readonly type: 'monotonic' | 'non-monotonic';
  /** A bigint for the ABI's 64-bit integers. */
  readonly value: bigint | number;
}

/**
 * A Falco plugin, loaded and checked as Falco's loader does it (dlopen, required functions, API version 3.12, whole
 * capabilities), with one state. It offers no state tables, so a plugin that needs those of others is not for it.
 */
export class LoadedPlugin {
  readonly info: PluginInfo;
  /** The JSON Schema of the init config; `undefined` when the plugin takes free text or none. */
  readonly initSchema: string | undefined;
  /** The fields that the plugin extracts. */
  readonly fields: readonly FieldInfo[];

  readonly #native: NativePlugin;
  readonly #context: BatchContext;
  readonly #sources = new Set<EventSource>();
  #wrapped: PluginBatch | undefined;
  #log: LogListener = () => {};
  #initialised = false;
  #destroying: Promise<void> | undefined;

  /**
   * Loads the library at `path`.
   *
   * @throws DocktapeError `PLUGIN` with what the loader refuses
   */
  static load(path: string): LoadedPlugin {
    const absolute = resolve(path);
    let native: NativePlugin;
    try {
      native = loadNative(absolute);
    } catch (cause) {
      throw new DocktapeError('PLUGIN', `cannot load the plugin ${absolute}: ${messageOf(cause)}`, { cause });
    }
    return new LoadedPlugin(native);
  }

  private constructor(native: NativePlugin) {
    const { name, version, requiredApiVersion, id, eventSource, description, contact } = native;
    this.info = { name, version, requiredApiVersion, id, eventSource, description, contact };
    this.initSchema = native.initSchema;
    this.fields = native.fields === undefined ? [] : parseFields(name, native.fields);
    this.#native = native;
    const requests = new FieldRequests(native, this.fields);
    this.#context = {
      name,
      turn: new Turn(),
      requests,
      screens: new Screens(native, requests),
      deliverLogs: () => this.#deliverLogs(),
    };
  }

  /**
   * Makes the plugin's state. Without a config, a plugin with a schema gets `{}`, as from Falco.
   *
   * @throws DocktapeError `PLUGIN` with the plugin's reason
   */
  init(config = '', log: LogListener = () => {}): void {
    if (this.#initialised) throw new Error(`the plugin ${this.info.name} is initialised already`);
    this.#log = log;
    const text = config === '' && this.initSchema !== undefined ? '{}' : config;
    this.#call('init', () => this.#native.init(text));
    this.#initialised = true;
  }

  /** The values for {@link open} that the plugin offers; none when it has no such list. */
  openParams(): OpenParam[] {
    this.#needsState();
    const json = this.#call('list_open_params', () => this.#native.listOpenParams());
    return json === undefined ? [] : parseOpenParams(this.info.name, json);
  }

  /**
   * Opens an event source. The plugin works on a worker thread.
   *
   * @throws DocktapeError `PLUGIN` with the plugin's reason
   */
  async open(params: string): Promise<EventSource> {
    this.#needsState();
    if (!this.#native.canSource) throw new Error(`the plugin ${this.info.name} has no event source`);
    try {
      return await this.#context.turn.runAsync('open', async () => {
        const source = new EventSource(this.#context, await this.#open(params));
        this.#sources.add(source);
        return source;
      });
    } finally {
      this.#deliverLogs();
    }
  }

  /**
   * Makes a batch of events that no source of the plugin produced; `firstNumber` is the evt.num of the first. It is valid
   * until the next `wrap()`, but its fields are not to be extracted while a call such as `next()` is under way.
   */
  wrap(events: LineBatch | readonly LooseEvent[], firstNumber = 1): PluginBatch {
    this.#needsState();
    if (!this.#native.canExtract) throw new Error(`the plugin ${this.info.name} extracts no fields`);
    const { data, bounds, times } = payloadsOf(events);
    this.#wrapped?.invalidate();
    this.#wrapped = new PluginBatch(this.#context, this.#native.wrap(data, bounds, times), firstNumber);
    return this.#wrapped;
  }

  /** The plugin's metrics, also while a call is under way; none when it has no such function. */
  metrics(): PluginMetric[] {
    this.#needsState();
    return this.#failing(() => this.#native.metrics()).map(({ name, monotonic, value }) => ({
      name,
      type: monotonic ? 'monotonic' : 'non-monotonic',
      value,
    }));
  }

  /** Closes what is open and gives the plugin's state back. More than once is fine. */
  destroy(): Promise<void> {
    this.#destroying ??= this.#destroy();
    return this.#destroying;
  }

  async #destroy(): Promise<void> {
    const { turn } = this.#context;
    await turn.runWhenIdle('destroy', async () => {});
    for (const source of this.#sources) await source.close();
    await turn.runWhenIdle('destroy', async () => this.#native.destroy());
    turn.end();
    this.#deliverLogs();
  }

  async #open(params: string): ReturnType<NativePlugin['open']> {
    try {
      return await this.#native.open(params);
    } catch (cause) {
      throw new DocktapeError('PLUGIN', messageOf(cause), { cause });
    }
  }

  #call<T>(name: string, call: () => T): T {
    try {
      return this.#context.turn.run(name, () => this.#failing(call));
    } finally {
      this.#deliverLogs();
    }
  }

  #failing<T>(call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw new DocktapeError('PLUGIN', messageOf(cause), { cause });
    }
  }

  #needsState(): void {
    if (!this.#initialised) throw new Error(`the plugin ${this.info.name} is not initialised`);
    if (this.#destroying) throw new Error(`the plugin ${this.info.name} is destroyed`);
  }

  #deliverLogs(): void {
    for (const { severity, component, text } of this.#native.takeLogs()) {
      this.#log(severities[severity - 1] ?? 'info', component, text);
    }
  }
}
