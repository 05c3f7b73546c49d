import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { DocktapeError } from '../../errors.js';

/**
 * The absolute path of the Falco to run: the one that is named, else the one that `DOCKTAPE_FALCO` names, else `falco` on PATH.
 * As in a shell, a name with a slash is a path, and one without is looked up on PATH.
 *
 * @throws DocktapeError `FALCO` when it is not there or cannot be executed
 */
export function findFalco(named: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const given = named || env.DOCKTAPE_FALCO;
  const from = named || !given ? '' : 'DOCKTAPE_FALCO: ';
  if (given?.includes('/')) return executable(resolve(given), from);
  const name = given || 'falco';
  const found = onPath(name, env.PATH ?? '');
  if (found !== undefined) return found;
  throw new DocktapeError(
    'FALCO',
    `${from}there is no '${name}' on PATH: install Falco 0.39 or newer, or name its path in DOCKTAPE_FALCO`,
  );
}

function onPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => resolve(join(folder, name)))
    .find((file) => problemOf(file) === undefined);
}

function executable(path: string, from: string): string {
  const problem = problemOf(path);
  if (problem === undefined) return path;
  throw new DocktapeError('FALCO', `${from}${path} ${problem}: name the path of Falco 0.39 or newer`);
}

function problemOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 'does not exist';
  if (!stats.isFile()) return 'is no program';
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return 'is not executable';
  }
}
