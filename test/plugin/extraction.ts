import type { FieldInfo } from '#docktape/rules/field-info.js';
import { Loader, type Result } from './loader.js';

/** A field's value: null is absent; numbers and times are bigint, lists are of strings. */
export type Value = string | bigint | boolean | null | string[];

const abiTypes = { uint64: 8, string: 9, reltime: 20, abstime: 21, bool: 25, ipaddr: 40, ipnet: 41 };

/** Asks the plugin for fields of events that a test makes. */
export class Extraction {
  static async start(): Promise<Extraction> {
    const loader = await Loader.start();
    await loader.init('s');
    const { text } = await loader.do<{ text: string }>('fields');
    return new Extraction(loader, JSON.parse(text) as FieldInfo[]);
  }

  #number = 0;

  private constructor(
    readonly loader: Loader,
    readonly fields: readonly FieldInfo[],
  ) {}

  /** Puts an event into a slot, by default under a number of its own. */
  async event(
    payload: string | Uint8Array,
    options: { slot?: number; number?: number; ts?: bigint; id?: number } = {},
  ) {
    const { slot = 0, number = ++this.#number, ts = 5n, id = 5 } = options;
    await this.loader.do('event', slot, number, ts, id, Buffer.from(payload).toString('hex'));
  }

  /** The values of fields such as `docker.action` or `docker.attributes[name]`, asked for in one call. */
  async values(names: readonly string[], slot = 0): Promise<Value[]> {
    const requests = names.map((name) => this.#request(name));
    const { rc, error, values } = await this.loader.do<Result & { values: (string | boolean | null | string[])[] }>(
      'extract',
      's',
      slot,
      ...requests,
    );
    if (rc !== 'success') throw new Error(`extract_fields: ${error}`);
    return values.map((value, i) => {
      const isNumber = !['string', 'bool'].includes(this.#info(names[i] as string).type);
      return isNumber && typeof value === 'string' ? BigInt(value) : value;
    });
  }

  /** Every field that an event has, but for those that need a key, by name. Each is asked for in a call of its own. */
  async all(payload: string | Uint8Array): Promise<Record<string, Value>> {
    await this.event(payload);
    const present: Record<string, Value> = {};
    for (const { name, arg } of this.fields) {
      if (arg !== undefined) continue;
      const [value] = await this.values([name]);
      if (value !== null && value !== undefined) present[name] = value;
    }
    return present;
  }

  /** One field of one event. */
  async one(payload: string | Uint8Array, name: string): Promise<Value> {
    await this.event(payload);
    return (await this.values([name]))[0] as Value;
  }

  async parseErrors(): Promise<number> {
    return (await this.loader.metrics()).parse_errors as number;
  }

  #info(request: string): FieldInfo & { readonly id: number } {
    const name = request.replace(/\[.*$/s, '');
    const id = this.fields.findIndex((field) => field.name === name);
    const info = this.fields[id];
    if (info === undefined) throw new Error(`the library has no field ${name}`);
    return { ...info, id };
  }

  #request(request: string): string {
    const { id, name, type, isList } = this.#info(request);
    const key = /\[(.*)\]$/s.exec(request)?.[1];
    const words = [id, abiTypes[type], isList ? 1 : 0, name];
    return key === undefined ? words.join(':') : [...words, Buffer.from(key).toString('hex')].join(':');
  }
}
