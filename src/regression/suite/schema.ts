import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { PlainData } from './located-node.js';

/** The schema of suites, which stands in the documentation so that editors can use it too. */
const SCHEMA = new URL('../../../docs/suite.schema.json', import.meta.url);

let compiled: ValidateFunction | undefined;

/** What a suite's data has that its schema does not allow; each with the part of the schema that says so. */
export function schemaErrors(data: PlainData): readonly ErrorObject[] {
  compiled ??= compile();
  return compiled(data) ? [] : (compiled.errors ?? []);
}

function compile(): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    // A value may be a text or a mapping; each keyword is about the one that it fits.
    allowUnionTypes: true,
    strictTypes: false,
    // What counts of a number in a test is its text, and `1e999` has one.
    strictNumbers: false,
  });
  // Editors show it in the place of their own message, and so do we.
  ajv.addVocabulary(['errorMessage']);
  return ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
}
