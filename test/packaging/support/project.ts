import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { projectPath } from '../../support/docktape.js';

/** The text of a file of the project. */
export function read(path: string): string {
  return readFileSync(projectPath(path), 'utf8');
}

/** A YAML file of the project, without schema. */
export function readYaml(path: string): unknown {
  return parse(read(path), { strict: true, uniqueKeys: true });
}

/** docktape's version. */
export const version = (JSON.parse(read('package.json')) as { version: string }).version;

/** A constant of the plugin's identity, as C++ has it: text or number. */
export function identity(name: string): string {
  const value = new RegExp(`${name}(?:\\[\\])? = "?([^";]+)"?;`).exec(read('native/plugin/identity.h'))?.[1];
  if (value === undefined) throw new Error(`native/plugin/identity.h has no ${name}`);
  return value;
}
