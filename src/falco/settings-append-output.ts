import type { AppendOutput } from '../rules/append-output.js';
import { InvalidSetting, type SettingValue } from './settings-value.js';

const KEYS = ['match', 'extra_output', 'extra_fields', 'suggested_output'];
const MATCH_KEYS = ['source', 'tags', 'rule'];

/**
 * Reads the list `append_output`. `suggested_output` adds the fields that plugins suggest; the Docker plugin suggests
 * none, so it is accepted and adds nothing.
 *
 * @throws InvalidSetting with the entry and key that is wrong
 */
export function parseAppendOutput(value: SettingValue): AppendOutput[] {
  if (!isList(value)) throw new InvalidSetting('must be a list of entries');
  return value.map((entry, i) => parseEntry(entry, `entry ${i + 1}`));
}

function parseEntry(value: SettingValue, where: string): AppendOutput {
  const entry = mapping(value, KEYS, where);
  const match = mapping(entry.match ?? {}, MATCH_KEYS, `${where}: match`);
  const source = optionalText(match.source, `${where}: match.source`);
  const rule = optionalText(match.rule, `${where}: match.rule`);
  const format = optionalText(entry.extra_output, `${where}: extra_output`);
  return {
    tags: texts(match.tags ?? [], `${where}: match.tags`),
    ...(source && { source }),
    ...(rule && { rule }),
    ...(format && { format }),
    ...extraFields(entry.extra_fields ?? [], `${where}: extra_fields`),
  };
}

/** Each element is the name of a field, or one key with the format of its text. */
function extraFields(value: SettingValue, where: string): Pick<AppendOutput, 'formattedFields' | 'rawFields'> {
  if (!isList(value)) throw new InvalidSetting(`${where} must be a list`);
  const formattedFields = new Map<string, string>();
  const rawFields = new Set<string>();
  for (const element of value) {
    if (typeof element === 'string') rawFields.add(element);
    else {
      const [definition, ...others] = isMapping(element) ? Object.entries(element) : [];
      const [name, format] = definition ?? [];
      if (name === undefined || typeof format !== 'string' || others.length > 0) {
        throw new InvalidSetting(`${where}: each element must be FIELD or NAME: FORMAT`);
      }
      if (formattedFields.has(name)) throw new InvalidSetting(`${where} has '${name}' twice`);
      formattedFields.set(name, format);
    }
  }
  const twice = [...formattedFields.keys()].find((name) => rawFields.has(name));
  if (twice !== undefined) throw new InvalidSetting(`${where} has '${twice}' twice`);
  return { formattedFields, rawFields: [...rawFields] };
}

function mapping(value: SettingValue, keys: readonly string[], where: string): Readonly<Record<string, SettingValue>> {
  if (!isMapping(value)) throw new InvalidSetting(`${where} must be a mapping with ${keys.join(', ')}`);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw new InvalidSetting(`${where} has the unknown key '${unknown}'; known: ${keys.join(', ')}`);
  return value;
}

function texts(value: SettingValue, where: string): string[] {
  if (!isList(value)) throw new InvalidSetting(`${where} must be a list of texts`);
  return value.map((element) => {
    if (typeof element !== 'string') throw new InvalidSetting(`${where} must be a list of texts`);
    return element;
  });
}

function optionalText(value: SettingValue | undefined, where: string): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new InvalidSetting(`${where} must be a text`);
}

function isList(value: SettingValue): value is readonly SettingValue[] {
  return Array.isArray(value);
}

function isMapping(value: SettingValue): value is { readonly [key: string]: SettingValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
