import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { DocktapeError } from '../../errors.js';
import { isRulesFileName } from '../../rules/rules-files.js';
import { GitRefusal, git } from './git.js';

/** A file as it was at a commit. */
export interface CommittedFile {
  /** As the user would call it: the path given, and the file's name when a folder was. */
  readonly path: string;
  readonly text: string;
}

/** Files that are no longer where they were at a commit. Paths are relative to the working directory. */
export interface FileChanges {
  /** By the path that it has now: the one that it had. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly deleted: readonly string[];
}

/** The files of a git repository as they were at one commit. */
export class CommitFiles {
  private constructor(
    /** Its full hash. */
    readonly commit: string,
    /** The top folder of the working tree, without symbolic links. */
    private readonly top: string,
  ) {}

  /**
   * The commit that a reference names in the repository of the working directory.
   *
   * @throws DocktapeError `USAGE` when there is no such commit, no repository, or no git
   */
  static at(reference: string): CommitFiles {
    // Git would take it for an option; no reference begins with a dash.
    if (reference.startsWith('-')) throw unknown(reference, 'a reference does not begin with a dash');
    const top = ask(['rev-parse', '--show-toplevel'], (reason) => unknown(reference, reason));
    const commit = ask(['rev-parse', '--verify', `${reference}^{commit}`], () =>
      unknown(reference, `git knows no such commit${shallowHint()}`),
    );
    return new CommitFiles(commit, top);
  }

  /**
   * A rules file as it was, or those of a folder in the order of their names; none when there was nothing.
   *
   * @throws DocktapeError `USAGE` for a path outside of the repository
   */
  rules(path: string): CommittedFile[] {
    const inside = this.pathInside(path);
    const found = this.find(inside);
    if (found?.type === 'blob') return [{ path, text: textOf(found) }];
    if (found?.type !== 'tree') return [];
    const names = nullTerminated(git(['ls-tree', '-z', '--full-tree', '--name-only', found.id]))
      .filter(isRulesFileName)
      .sort();
    return names.flatMap((name) => {
      const file = this.find(inside === '' ? name : `${inside}/${name}`);
      return file?.type === 'blob' ? [{ path: join(path, name), text: textOf(file) }] : [];
    });
  }

  /** What became of files since the commit, as far as git knows those that are there now. */
  changes(): FileChanges {
    const fields = nullTerminated(git(['diff', '--name-status', '-z', '-M', '--diff-filter=RD', this.commit, '--']));
    const renamed = new Map<string, string>();
    const deleted: string[] = [];
    for (let i = 0; i < fields.length; ) {
      const [status = '', from = '', to = ''] = fields.slice(i, i + 3);
      if (status.startsWith('R')) renamed.set(this.userPath(to), this.userPath(from));
      else deleted.push(this.userPath(from));
      i += status.startsWith('R') ? 3 : 2;
    }
    return { renamed, deleted };
  }

  /** A path relative to the top, as it is seen from the working directory. */
  private userPath(path: string): string {
    return relative(realpathSync('.'), join(this.top, path));
  }

  /** What was at a path relative to the top. Symbolic links are followed as long as they stay in the repository. */
  private find(path: string): GitObject | undefined {
    const answer = git(['cat-file', '--batch-check', '--follow-symlinks'], `${this.commit}:${path}\n`);
    const match = /^(?<id>[0-9a-f]+) (?<type>blob|tree) \d+$/.exec(line(answer))?.groups;
    return match as GitObject | undefined;
  }

  private pathInside(path: string): string {
    const inside = relative(this.top, withoutLinks(path));
    if (inside !== '..' && !inside.startsWith(`..${sep}`)) return inside.split(sep).join('/');
    throw new DocktapeError(
      'USAGE',
      `${path} is outside of the git repository ${this.top}: run docktape in the repository of the rules, or name a folder`,
    );
  }
}

interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree';
}

function textOf({ id }: GitObject): string {
  return git(['cat-file', 'blob', id]).toString('utf8');
}

/** The path without symbolic links, as far as it is there now. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(withoutLinks(folder), basename(path));
  }
}

/** The line that git answers with, or the error made of its refusal. */
function ask(args: readonly string[], refused: (reason: string) => DocktapeError): string {
  try {
    return line(git(args));
  } catch (error) {
    throw error instanceof GitRefusal ? refused(error.message) : error;
  }
}

function line(output: Buffer): string {
  return output.toString().split('\n')[0] ?? '';
}

function nullTerminated(output: Buffer): string[] {
  return output.toString().split('\0').slice(0, -1);
}

function unknown(reference: string, reason: string): DocktapeError {
  return new DocktapeError('USAGE', `'${reference}' is neither a folder nor a git reference: ${reason}`);
}

/** Pipelines often have the newest commit alone. */
function shallowHint(): string {
  const isShallow = line(git(['rev-parse', '--is-shallow-repository'])) === 'true';
  return isShallow ? '; this clone is shallow, so fetch the reference first' : '';
}
