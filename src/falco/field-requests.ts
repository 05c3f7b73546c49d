import { DocktapeError } from '../errors.js';
import type { Column, FieldRequest, FieldValue } from '../rules/event-batch.js';
import type { FieldInfo } from '../rules/field-info.js';
import type { NativeColumn, NativePlugin, NativeRequest } from './addon.js';
import { fieldTypes } from './plugin-json.js';

/** Turns fields as rules name them into what the plugin is asked for. Each is looked at once and then known by number. */
export class FieldRequests {
  readonly #native: NativePlugin;
  readonly #fields: ReadonlyMap<string, { readonly id: number; readonly info: FieldInfo }>;
  /** The addon's numbers, by field and argument. */
  readonly #known = new Map<string, Map<string | undefined, number>>();
  /** By the addon's numbers, the values that each field has had, in the order of their own numbers. */
  readonly #values = new Map<number, FieldValue[]>();

  constructor(native: NativePlugin, fields: readonly FieldInfo[]) {
    this.#native = native;
    this.#fields = new Map(fields.map((info, id) => [info.name, { id, info }]));
  }

  /**
   * The addon's number of a field.
   *
   * @throws DocktapeError `PLUGIN` for a field that the plugin does not have, or with the wrong argument
   */
  index(request: FieldRequest): number {
    const known = this.#known.get(request.field)?.get(request.arg);
    if (known !== undefined) return known;
    const index = this.#native.addRequest(this.#resolve(request));
    const ofField = this.#known.get(request.field) ?? new Map<string | undefined, number>();
    this.#known.set(request.field, ofField.set(request.arg, index));
    return index;
  }

  /** The column of the field with this number, of which the addon gives only values that it did not have before. */
  column(index: number, { codes, firstNew, newValues }: NativeColumn): Column {
    const known = this.#values.get(index);
    const values = known?.length === firstNew ? known : [undefined];
    this.#values.set(index, values);
    for (const value of newValues) values.push(value);
    return { codes, values };
  }

  #resolve({ field, arg }: FieldRequest): NativeRequest {
    const known = this.#fields.get(field);
    if (!known) throw new DocktapeError('PLUGIN', `the plugin ${this.#native.name} has no field ${field}`);
    const { id, info } = known;
    const request = { id, name: field, type: fieldTypes[info.type], isList: info.isList ?? false };
    if (arg === undefined) {
      if (!info.arg?.isRequired) return { ...request, key: undefined, index: undefined };
      throw new DocktapeError('PLUGIN', `the field ${field} needs an argument: write ${field}[…]`);
    }
    if (!info.arg?.isKey && !info.arg?.isIndex) {
      throw new DocktapeError('PLUGIN', `the field ${field} takes no argument: leave out [${arg}]`);
    }
    if (arg.includes('\0')) {
      throw new DocktapeError('PLUGIN', `the argument of ${field} contains a NUL, which no plugin can see`);
    }
    const index = info.arg.isIndex ? parseIndex(arg) : undefined;
    if (index === undefined && !info.arg.isKey) {
      throw new DocktapeError(
        'PLUGIN',
        `the argument of ${field}[${arg}] is not an index: a number from 0 without leading zeros`,
      );
    }
    return { ...request, key: info.arg.isKey ? arg : undefined, index };
  }
}

/** An index as Falco reads one: digits, no leading zero, 64 bits. */
function parseIndex(arg: string): bigint | undefined {
  if (!/^(0|[1-9][0-9]*)$/.test(arg)) return undefined;
  const index = BigInt(arg);
  return index <= 0xffff_ffff_ffff_ffffn ? index : undefined;
}
