import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { codeOf } from '../../capture/capture-error.js';
import { DocktapeError, messageOf } from '../../errors.js';

/**
 * The suites that arguments name, each once: files whatever their names, and of folders every `*.suite.yaml` and `*.suite.yml`
 * below, sorted. Not looked into are `node_modules`, folders whose names begin with a dot, and links to folders.
 *
 * @throws DocktapeError `SUITE` for a path that is not there, and for a folder without suites
 */
export function findSuites(paths: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const path of paths.flatMap(suitesAt)) if (!found.has(resolve(path))) found.set(resolve(path), path);
  return [...found.values()];
}

function suitesAt(path: string): string[] {
  if (!reading(path, () => statSync(path)).isDirectory()) return [path];
  const suites = suitesBelow(path).sort();
  if (suites.length > 0) return suites;
  throw new DocktapeError(
    'SUITE',
    `no suite is below the folder ${path}: name one NAME.suite.yaml; \`docktape test --init CAPTURE -r RULES\` writes a first one`,
  );
}

function suitesBelow(folder: string): string[] {
  return reading(folder, () => readdirSync(folder, { withFileTypes: true })).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(\.|node_modules$)/.test(entry.name) ? [] : suitesBelow(path);
    return /\.suite\.ya?ml$/.test(entry.name) ? [path] : [];
  });
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') {
      throw new DocktapeError('SUITE', `there is no suite or folder ${path}: check the path`, { cause });
    }
    throw new DocktapeError('SUITE', `cannot look for suites at ${path}: ${messageOf(cause)}`, { cause });
  }
}
