import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '#docktape/falco/settings-keys.js';
import { PRIORITIES } from '#docktape/rules/priority.js';
import { projectPath } from '../../support/docktape.js';

interface Schema {
  readonly [keyword: string]: unknown;
}

const schema = JSON.parse(readFileSync(projectPath('docs/suite.schema.json'), 'utf8')) as Schema & {
  readonly $defs: Readonly<Record<string, Schema>>;
};

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All parts of the schema that are schemas themselves, with their paths. */
function* parts(part: Schema, path = '#'): Generator<{ path: string; part: Schema }> {
  yield { path, part };
  for (const keyword of ['properties', '$defs', 'dependentSchemas']) {
    for (const [name, inner] of Object.entries(part[keyword] ?? {})) yield* parts(inner, `${path}/${keyword}/${name}`);
  }
  for (const keyword of ['items', 'additionalProperties']) {
    const inner = part[keyword];
    if (isSchema(inner)) yield* parts(inner, `${path}/${keyword}`);
  }
  for (const keyword of ['allOf', 'anyOf']) {
    for (const [i, inner] of ((part[keyword] ?? []) as Schema[]).entries())
      yield* parts(inner, `${path}/${keyword}/${i}`);
  }
}

const all = [...parts(schema)];

function pathsOf(select: (part: Schema, path: string) => boolean): string[] {
  return all.filter(({ part, path }) => select(part, path)).map(({ path }) => path);
}

describe('the schema of suites', () => {
  it('is one by its own meta-schema, and has no keyword that validators do not know but errorMessage', () => {
    const ajv = new Ajv2020({ strictSchema: true, strictTypes: false });
    ajv.addVocabulary(['errorMessage']);
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(typeof ajv.compile(schema)).toBe('function');
    expect(all.length).toBeGreaterThan(80);
  });

  it('allows no key that it does not know, but for the names of fields and attributes', () => {
    const open = pathsOf(
      (part) => part.properties !== undefined && part.type !== undefined && part.additionalProperties !== false,
    );
    expect(open).toEqual([]);
    expect(pathsOf((part) => isSchema(part.additionalProperties))).toEqual([
      '#/$defs/appendOutput/properties/extra_fields/items',
      '#/$defs/event/properties/Actor/properties/Attributes',
      '#/$defs/alert/properties/fields',
    ]);
  });

  it('has a sentence for everything that can be wrong', () => {
    const checks = ['type', 'enum', 'const', 'pattern', 'not', 'anyOf'];
    expect(pathsOf((part) => checks.some((check) => check in part) && typeof part.errorMessage !== 'string')).toEqual(
      [],
    );
    // What `unknown key` and `needs the key` call it.
    expect(pathsOf((part) => part.additionalProperties === false && typeof part.title !== 'string')).toEqual([]);
  });

  it('describes every key', () => {
    const undescribed = all
      .filter(({ path }) => /\/properties\/[^/]+$/.test(path) && !path.includes('/dependentSchemas/'))
      .filter(({ part }) => {
        const [, name] = /^#\/\$defs\/(.+)$/.exec(String(part.$ref ?? '')) ?? [];
        return !(part.description ?? schema.$defs[name ?? '']?.description);
      });
    expect(undescribed.map(({ path }) => path)).toEqual([]);
  });

  it("has Falco's settings that shape alerts, and its priorities", () => {
    expect(Object.keys(schema.$defs.settings?.properties ?? {})).toEqual([...SETTINGS.keys()]);
    const names = (schema.$defs.priority?.examples ?? []) as string[];
    expect(names.map((name) => name.replace(/^info$/, 'informational'))).toEqual(
      PRIORITIES.map((name) => name.toLowerCase()),
    );
    expect(schema.$defs.priority?.errorMessage).toBe(`a priority is one of ${PRIORITIES.join(' ').toLowerCase()}`);
  });
});
