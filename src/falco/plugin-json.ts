import { DocktapeError } from '../errors.js';
import type { FieldInfo, FieldType } from '../rules/field-info.js';

/** A value that `open` takes, as a plugin offers it. */
export interface OpenParam {
  readonly value: string;
  readonly desc: string;
  /** What joins several of these values, for a plugin that takes lists. */
  readonly separator?: string;
}

/** The plugin ABI's numbers of the types of fields. */
export const fieldTypes: Readonly<Record<FieldType, number>> = {
  uint64: 8,
  string: 9,
  reltime: 20,
  abstime: 21,
  bool: 25,
  ipaddr: 40,
  ipnet: 41,
};

/**
 * Reads what `get_fields` gave, refusing what Falco refuses.
 *
 * @throws DocktapeError `PLUGIN`
 */
export function parseFields(plugin: string, json: string): FieldInfo[] {
  return parseList(plugin, 'get_fields', json).map((entry): FieldInfo => {
    const name = entry.text('name');
    const type = entry.text('type');
    if (!isFieldType(type)) throw entry.error(`has the unknown type '${type}'`);
    const display = entry.optionalText('display');
    const isList = entry.flag('isList');
    const arg = entry.part('arg');
    if (arg?.flag('isRequired') && !arg.flag('isKey') && !arg.flag('isIndex')) {
      throw entry.error('requires an argument that is neither a key nor an index');
    }
    return {
      name,
      type,
      desc: entry.text('desc'),
      ...(display && { display }),
      ...(isList && { isList }),
      ...(arg && {
        arg: { isRequired: arg.flag('isRequired'), isIndex: arg.flag('isIndex'), isKey: arg.flag('isKey') },
      }),
    };
  });
}

/**
 * Reads what `list_open_params` gave; nothing at all is an empty list.
 *
 * @throws DocktapeError `PLUGIN`
 */
export function parseOpenParams(plugin: string, json: string): OpenParam[] {
  if (json === '') return [];
  return parseList(plugin, 'list_open_params', json).map((entry): OpenParam => {
    const separator = entry.optionalText('separator');
    return { value: entry.text('value'), desc: entry.optionalText('desc') ?? '', ...(separator && { separator }) };
  });
}

function parseList(plugin: string, source: string, json: string): Entry[] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch (cause) {
    throw new DocktapeError('PLUGIN', `plugin ${plugin}: ${source} gave text that is not JSON`, { cause });
  }
  if (!Array.isArray(list))
    throw new DocktapeError('PLUGIN', `plugin ${plugin}: ${source} gave JSON that is not an array`);
  return list.map((value: unknown, index) => {
    const where = `plugin ${plugin}: ${source}: entry ${index + 1}`;
    if (!isRecord(value)) throw new DocktapeError('PLUGIN', `${where} is not an object`);
    return new Entry(where, value);
  });
}

/** An object of the list, read member by member. */
class Entry {
  constructor(
    readonly where: string,
    readonly value: Readonly<Record<string, unknown>>,
  ) {}

  text(member: string): string {
    const text = this.optionalText(member);
    if (!text) throw this.error(`has no ${member}`);
    return text;
  }

  optionalText(member: string): string | undefined {
    const value = this.value[member];
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
    throw this.error(`has a ${member} that is not text`);
  }

  flag(member: string): boolean {
    const value = this.value[member] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.error(`has an ${member} that is neither true nor false`);
  }

  part(member: string): Entry | undefined {
    const value = this.value[member];
    if (value === undefined || value === null) return undefined;
    if (isRecord(value)) return new Entry(this.where, value);
    throw this.error(`has an ${member} that is not an object`);
  }

  error(what: string): DocktapeError {
    const name = typeof this.value.name === 'string' ? ` (${this.value.name})` : '';
    return new DocktapeError('PLUGIN', `${this.where}${name} ${what}`);
  }
}

function isFieldType(type: string): type is FieldType {
  return Object.hasOwn(fieldTypes, type);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
