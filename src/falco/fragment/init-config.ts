import { DocktapeError } from '../../errors.js';
import { comment } from './comment.js';
import { yamlValue } from './yaml-value.js';

/** A key of `init_config`, as the plugin's own JSON Schema describes it. */
export interface ConfigKey {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly default: string | number | boolean;
}

/**
 * The keys that a plugin takes, in its order. Of those that differ in their capitals alone, which are other spellings, the first.
 *
 * @throws DocktapeError `PLUGIN` when the schema is not one with a title, a description and a default for each key
 */
export function configKeys(schema: string): ConfigKey[] {
  const { properties } = JSON.parse(schema) as { properties?: unknown };
  if (!isRecord(properties)) throw unusable('it has no properties');
  const keys = new Map<string, ConfigKey>();
  for (const [name, value] of Object.entries(properties)) {
    const { title, description, default: byDefault } = isRecord(value) ? value : {};
    if (typeof title !== 'string' || typeof description !== 'string' || !isScalar(byDefault)) {
      throw unusable(`${name} lacks a title, a description or a default`);
    }
    if (!keys.has(name.toLowerCase())) {
      keys.set(name.toLowerCase(), { name, title, description, default: byDefault });
    }
  }
  return [...keys.values()];
}

/** The lines of `init_config`: each key with what it means and its default. One that is empty by default is commented out. */
export function initConfigLines(keys: readonly ConfigKey[], indent: number): string[] {
  const blanks = ' '.repeat(indent);
  return keys.flatMap(({ name, title, description, default: value }) => [
    ...comment(`${title}: ${description}`, indent),
    value === '' ? `${blanks}# ${name}: ''` : `${blanks}${name}: ${yamlValue(value)}`,
  ]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is ConfigKey['default'] {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function unusable(why: string): DocktapeError {
  return new DocktapeError(
    'PLUGIN',
    `the plugin's configuration schema cannot be used: ${why}: install docktape again`,
  );
}
