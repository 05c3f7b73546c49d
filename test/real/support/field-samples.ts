import { batches } from '#docktape/falco/batches.js';
import type { LoadedPlugin } from '#docktape/falco/plugin.js';
import { toBytes, toText } from '#docktape/rules/bytes.js';
import { Format } from '#docktape/rules/condition.js';
import type { EventBatch } from '#docktape/rules/event-batch.js';
import type { FieldInfo, FieldType } from '#docktape/rules/field-info.js';
import { EVENT_FIELDS } from '#docktape/rules/fields/event-fields.js';

/** A field and what a capture has for it. */
export interface SampledField {
  /** As conditions name it: `docker.attributes[team]`. */
  readonly text: string;
  readonly type: FieldType;
  /** The distinct texts that it has on some event. */
  readonly values: readonly string[];
}

/** Falco's library takes the host's name from elsewhere when it reads a .scap file. */
const DIFFERENT_BY_NATURE = ['evt.hostname'];

/** Every field that conditions over this capture can use, those with keys once for each key that the events have. */
export async function sampleFields(plugin: LoadedPlugin, capture: string): Promise<SampledField[]> {
  const texts = new Map<string, { type: FieldType; values: Set<string> }>();
  for await (const batch of batches(plugin, `capture:${capture}`)) {
    const keys = attributeKeys(batch);
    const fields = [...plugin.fields, ...EVENT_FIELDS].filter(({ name }) => !DIFFERENT_BY_NATURE.includes(name));
    for (const { text, type } of fields.flatMap((field) => spellings(field, keys))) {
      const { values } = texts.get(text) ?? { values: new Set<string>() };
      for (const value of Format.compile(`%${text}`, plugin).texts(batch)) if (value !== '<NA>') values.add(value);
      texts.set(text, { type, values });
    }
  }
  return [...texts].map(([text, { type, values }]) => ({ text, type, values: [...values] }));
}

function spellings(field: FieldInfo, keys: readonly string[]): { text: string; type: FieldType }[] {
  const { name, type } = field;
  return field.arg?.isKey ? keys.map((key) => ({ text: `${name}[${key}]`, type })) : [{ text: name, type }];
}

function attributeKeys(batch: EventBatch): string[] {
  const keys = new Set(['nosuch']);
  for (let index = 0; index < batch.count; index++) {
    const event = JSON.parse(batch.payload(index).toString()) as { Actor?: { Attributes?: Record<string, string> } };
    for (const key of Object.keys(event.Actor?.Attributes ?? {})) keys.add(key);
  }
  return [...keys].filter((key) => toText(toBytes(key)) === key && !/[\s"'[\]]/.test(key));
}
