import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * A file's path as a pipeline's server knows it: relative to the top of the repository that the working directory is in (to the
 * working directory when it is in none), with slashes. A file outside keeps its absolute path.
 */
export function repositoryPath(file: string): string {
  const path = relative(repositoryTop(process.cwd()), resolve(file));
  const outside = path === '..' || path.startsWith(`..${sep}`);
  return outside ? resolve(file) : path;
}

function repositoryTop(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return from;
  }
}
