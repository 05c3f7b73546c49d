import { execFileSync } from 'node:child_process';
import { DocktapeError, messageOf } from '../../errors.js';

/** What git said when it did not do what it was asked. */
export class GitRefusal extends Error {}

/**
 * Runs git in the working directory and gives what it prints.
 *
 * @param input what it reads
 * @throws GitRefusal with its reason
 * @throws DocktapeError `USAGE` when there is no git
 */
export function git(args: readonly string[], input = ''): Buffer {
  try {
    return execFileSync('git', args, {
      input,
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: Number.POSITIVE_INFINITY,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (cause) {
    const { code, stderr } = cause as NodeJS.ErrnoException & { readonly stderr?: Buffer };
    if (code === 'ENOENT') throw new DocktapeError('USAGE', 'git is not installed, or not on the PATH', { cause });
    const said = /^fatal: (.+)$/m.exec(stderr?.toString() ?? '')?.[1];
    throw new GitRefusal(said ?? messageOf(cause));
  }
}
