import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DocktapeError } from '../../errors.js';
import { listed, member } from '../suite/node-access.js';
import { readYaml } from '../suite/read-yaml.js';
import type { Suite } from '../suite.js';
import { CommitFiles, type CommittedFile } from './commit-files.js';
import { isFolder } from './rules-at-reference.js';

/** The rules that a suite named: files and folders, as they are named from the working directory. */
export interface FormerList {
  readonly rules: readonly string[];
  /** What is to be known of it, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The rules that suites named at a git reference: a file that was taken off a suite's list is compared too. What a suite names now
 * counts where the reference does not have the suite, and where it is a folder, which has the rules alone.
 *
 * @throws DocktapeError `USAGE` for what is neither a folder nor a reference
 */
export function listsAtReference(suites: readonly Pick<Suite, 'path' | 'rules'>[], reference: string): FormerList[] {
  if (isFolder(reference)) return suites.map(({ rules }) => ({ rules, notes: [] }));
  const commit = CommitFiles.at(reference);
  const { renamed } = commit.changes();
  return suites.map(({ path, rules }) => {
    const from = [...renamed].find(([to]) => resolve(to) === resolve(path))?.[1];
    const former = committed(commit, path) ?? (from === undefined ? undefined : committed(commit, from));
    return former ? listOf(former, { path, rules, reference }) : { rules, notes: [] };
  });
}

/** A suite as it was; undefined when the commit does not have it. */
function committed(commit: CommitFiles, path: string): CommittedFile | undefined {
  try {
    return commit.rules(path)[0];
  } catch (error) {
    // A suite may stand outside of the repository that its rules are in.
    if (error instanceof DocktapeError) return undefined;
    throw error;
  }
}

interface PresentSuite extends Pick<Suite, 'path' | 'rules'> {
  readonly reference: string;
}

function listOf(former: CommittedFile, { path, rules, reference }: PresentSuite): FormerList {
  const named = namedIn(former);
  if (!named) {
    return {
      rules,
      notes: [`${path} cannot be read as it was at ${reference}: the rules that it names now are compared`],
    };
  }
  if (isDeepStrictEqual(named, rules)) return { rules, notes: [] };
  return {
    rules: named,
    notes: [`${path} named other rules at ${reference}, which are compared: ${named.join(', ')}`],
  };
}

/** What a suite's text has under `rules`. The rest of it need not be what a suite is now. */
function namedIn({ path, text }: CommittedFile): string[] | undefined {
  try {
    const nodes = listed(member(readYaml(path, text), 'rules'));
    const names = nodes.flatMap((node) => (node.kind === 'scalar' ? [node.text] : []));
    return names.length > 0 ? names.map((name) => (isAbsolute(name) ? name : join(dirname(path), name))) : undefined;
  } catch (error) {
    if (error instanceof DocktapeError) return undefined;
    throw error;
  }
}
