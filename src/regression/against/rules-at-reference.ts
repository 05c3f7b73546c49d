import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { DocktapeError } from '../../errors.js';
import type { RulesFile } from '../../rules/load/load-files.js';
import { isRulesFileName, readRulesFiles } from '../../rules/rules-files.js';
import { CommitFiles, type CommittedFile, type FileChanges } from './commit-files.js';

/** Rules as they were. */
export interface FormerRules {
  /** What they are compared with: a git reference with its commit, or a folder. */
  readonly label: string;
  readonly files: readonly RulesFile[];
  /** What there was not, or was elsewhere, a sentence each. */
  readonly notes: readonly string[];
}

/** How much of a commit's hash is shown. */
const SHORT_HASH = 12;

/**
 * The rules at some paths (files and folders, as `-r` takes them) as they were. A reference that names a folder is that folder: a file
 * is compared with the file of its name there, a folder with all of it. Anything else is a git reference: what git knows to have been
 * renamed since is read where it was. A file that there was not is left out with a note.
 *
 * @throws DocktapeError `USAGE` for what is neither, and `RULES` when none of the rules existed
 */
export function rulesAtReference(paths: readonly string[], reference: string): FormerRules {
  const former = isFolder(reference) ? inFolder(paths, reference) : atCommit(paths, reference);
  if (former.files.length > 0) return former;
  const fix = 'name another reference, or a folder with the rules as they were';
  throw new DocktapeError('RULES', `there is nothing to compare with: ${former.notes.join(', ')}; ${fix}`);
}

/** Whether there is a folder at a path. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function inFolder(paths: readonly string[], folder: string): FormerRules {
  const files = [...new Set(paths.filter((path) => !isFolder(path)).map((path) => normalize(path)))];
  checkNamesakes(files, folder);
  const namesakes = [...new Set(paths.map((path) => (isFolder(path) ? folder : join(folder, basename(path)))))];
  const former = readRulesFiles(namesakes.filter((path) => existsSync(path)));
  const missing = namesakes.filter((path) => !existsSync(path));
  return {
    label: folder,
    files: [...new Map(former.map((file) => [file.name, file])).values()],
    notes: missing.map((path) => `there is no ${path}`),
  };
}

/** Two files of one name would both be compared with the one file of that name. */
function checkNamesakes(files: readonly string[], folder: string): void {
  const known = new Map<string, string>();
  for (const file of files) {
    const other = known.get(basename(file));
    if (other !== undefined) {
      const fix = 'give the folders that they are in, one comparison for each';
      throw new DocktapeError(
        'USAGE',
        `${other} and ${file} are both compared with ${join(folder, basename(file))}: ${fix}`,
      );
    }
    known.set(basename(file), file);
  }
}

function atCommit(paths: readonly string[], reference: string): FormerRules {
  const commit = CommitFiles.at(reference);
  const changes = commit.changes();
  const found = paths.map((path) => formerFiles(path, reference, commit, changes));
  return {
    label: `${reference} (${commit.commit.slice(0, SHORT_HASH)})`,
    files: found.flatMap(({ files }) => files).map(({ path, text }) => ({ name: `${reference}:${path}`, text })),
    notes: [...found.flatMap(({ notes }) => notes), ...goneNotes(paths, reference, changes)],
  };
}

/** What was at a path, or what was renamed to it or into it since. */
function formerFiles(
  path: string,
  reference: string,
  commit: CommitFiles,
  { renamed }: FileChanges,
): { readonly files: readonly CommittedFile[]; readonly notes: readonly string[] } {
  const files = commit.rules(path);
  if (files.length > 0) return { files, notes: [] };
  const moved = [...renamed].filter(
    ([to]) => resolve(to) === resolve(path) || (resolve(dirname(to)) === resolve(path) && isRulesFileName(to)),
  );
  if (moved.length === 0) return { files, notes: [`${path} had no rules at ${reference}`] };
  moved.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    files: moved.flatMap(([, from]) => commit.rules(from)),
    notes: moved.map(([to, from]) => `${to} was ${from} at ${reference}`),
  };
}

/** Rules files that are gone from beside the files that are compared: what they caught is lost, and nobody would see it. */
function goneNotes(paths: readonly string[], reference: string, { deleted }: FileChanges): string[] {
  const folders = new Set(paths.filter((path) => !isFolder(path)).map((path) => resolve(dirname(path))));
  const named = new Set(paths.map((path) => resolve(path)));
  return deleted
    .filter((path) => isRulesFileName(path) && folders.has(resolve(dirname(path))) && !named.has(resolve(path)))
    .map((path) => `${path} is gone since ${reference}, and is not compared: name its folder if it had rules`);
}
