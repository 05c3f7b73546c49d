import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DocktapeError } from '../../errors.js';
import type { RulesFile } from '../../rules/load/load-files.js';
import { readRulesFiles } from '../../rules/rules-files.js';
import { CommitFiles } from './commit-files.js';

/** Rules as they were. */
export interface FormerRules {
  /** What they are compared with: a git reference with its commit, or a folder. */
  readonly label: string;
  readonly files: readonly RulesFile[];
  /** What there was not, a sentence each. */
  readonly notes: readonly string[];
}

/** How much of a commit's hash is shown. */
const SHORT_HASH = 12;

/**
 * The rules at some paths (files and folders, as `-r` takes them) as they were. A reference that names a folder is that folder: a file
 * is compared with the file of its name there, a folder with all of it. Anything else is a git reference. A file that there was not is
 * left out with a note.
 *
 * @throws DocktapeError `USAGE` for what is neither, and `RULES` when none of the rules existed
 */
export function rulesAtReference(paths: readonly string[], reference: string): FormerRules {
  const former = isFolder(reference) ? inFolder(paths, reference) : atCommit(paths, reference);
  if (former.files.length > 0) return former;
  throw new DocktapeError('RULES', `there is nothing to compare with: ${former.notes.join(', ')}`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function inFolder(paths: readonly string[], folder: string): FormerRules {
  const namesakes = [...new Set(paths.map((path) => (isFolder(path) ? folder : join(folder, basename(path)))))];
  const files = readRulesFiles(namesakes.filter((path) => existsSync(path)));
  const missing = namesakes.filter((path) => !existsSync(path));
  return {
    label: folder,
    files: [...new Map(files.map((file) => [file.name, file])).values()],
    notes: missing.map((path) => `there is no ${path}`),
  };
}

function atCommit(paths: readonly string[], reference: string): FormerRules {
  const commit = CommitFiles.at(reference);
  const found = paths.map((path) => ({ path, files: commit.rules(path) }));
  return {
    label: `${reference} (${commit.commit.slice(0, SHORT_HASH)})`,
    files: found.flatMap(({ files }) => files).map(({ path, text }) => ({ name: `${reference}:${path}`, text })),
    notes: found.filter(({ files }) => files.length === 0).map(({ path }) => `${path} had no rules at ${reference}`),
  };
}
