import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DocktapeError, messageOf } from '../errors.js';
import type { RulesFile } from './load/load-files.js';

/**
 * Reads rules files and folders, in order; of a folder its `.yaml` and `.yml` files, alphabetically.
 *
 * @throws DocktapeError `RULES` when one cannot be read, or a folder has no rules
 */
export function readRulesFiles(paths: readonly string[]): RulesFile[] {
  return paths.flatMap(filesAt).map((path) => ({ name: path, text: reading(path, () => readFileSync(path, 'utf8')) }));
}

/** Whether a file of a folder is one of its rules files. */
export function isRulesFileName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

function filesAt(path: string): string[] {
  if (!reading(path, () => statSync(path)).isDirectory()) return [path];
  const names = reading(path, () => readdirSync(path))
    .filter(isRulesFileName)
    .sort();
  if (names.length === 0) {
    throw new DocktapeError('RULES', `the folder ${path} has no rules: no .yaml or .yml file is in it`);
  }
  return names.map((name) => join(path, name));
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new DocktapeError('RULES', `cannot read the rules at ${path}: ${messageOf(cause)}`, { cause });
  }
}
