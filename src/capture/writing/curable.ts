import { codeOf } from '../capture-error.js';
import { MovedError } from '../capture-file.js';

/** What waiting may cure: room, rights, a disk or a network that comes back, another program that ends. */
const CURABLE =
  /^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|PERM)(_.*)?|E(NOSPC|DQUOT|ROFS|IO|ACCES|PERM|NOENT|STALE|BUSY|MFILE|NFILE|NOMEM|FBIG))$/;

/** Whether a capture that failed with this error may be written again some time. */
export function isCurable(error: unknown): boolean {
  if (error instanceof MovedError) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return CURABLE.test(codeOf(cause) ?? '');
}
