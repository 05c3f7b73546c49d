import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DocktapeError, messageOf } from '../errors.js';

/** An error about the capture at `path`, as its user named it. */
export function captureError(path: string, problem: string, cause?: unknown): DocktapeError {
  return new DocktapeError('CAPTURE', `${path} ${problem}`, { cause });
}

/** A capture that is not whole. The message says what can be done. */
export class CaptureDamage extends DocktapeError {
  /**
   * @param path the capture as its user named it
   * @param problem what is wrong with it
   * @param seq the event at which it was found
   */
  constructor(
    path: string,
    readonly problem: string,
    readonly seq?: number,
    cause?: unknown,
  ) {
    const place = seq === undefined ? '' : ` at event ${seq}`;
    const fix = '`docktape verify` says more, `docktape repair` saves what can be read';
    super('CAPTURE', `${path} is damaged${place}: ${problem}: ${fix}`, { cause });
  }
}

/**
 * What SQLite, or the file system, says about the capture at `path`, in words that name the fix. Anything else that was
 * thrown is a defect, and is given back as it is.
 */
export function explainCaptureError(path: string, error: unknown): unknown {
  if (error instanceof DocktapeError) return error;
  const code = codeOf(error);
  if (code === 'SQLITE_CORRUPT' || code?.startsWith('SQLITE_CORRUPT_')) {
    return new CaptureDamage(path, messageOf(error), undefined, error);
  }
  const problem = code === undefined ? undefined : problemOf(path, code, messageOf(error));
  return problem === undefined ? error : captureError(path, problem, error);
}

/** Runs `work`, whose errors are about the capture at `path`. */
export function explaining<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainCaptureError(path, error);
  }
}

/** The code of an error of SQLite (`SQLITE_…`) or of the file system (`E…`). */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

function problemOf(path: string, code: string, message: string): string | undefined {
  // SQLite's extended codes, such as SQLITE_IOERR_WRITE, begin with the plain one.
  const is = (plain: string) => code === plain || code.startsWith(`${plain}_`);
  if (code === 'ENOENT') return 'does not exist: check the path';
  if (is('SQLITE_NOTADB')) return 'is not a capture: it is no SQLite file';
  if (is('SQLITE_BUSY') || is('SQLITE_LOCKED')) return 'is locked by another program: close that one first';
  if (is('SQLITE_FULL') || code === 'ENOSPC') {
    return 'cannot grow, because the disk is full: free some space; what was committed is kept';
  }
  if (code === 'EDQUOT') {
    return 'cannot grow, because the quota is used up: free some space; what was committed is kept';
  }
  if (is('SQLITE_READONLY') || is('SQLITE_CANTOPEN') || code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return unpermitted(path, message);
  }
  // SQLite only says so: a quota, a limit on the size of files, and a broken disk are the same to it.
  if (code === 'SQLITE_IOERR_WRITE') {
    return `cannot be written (${message}): check the disk, the quota and the limit on the size of files; what was committed is kept`;
  }
  if (is('SQLITE_IOERR')) return `cannot be read or written (${message}): check the disk`;
  return code.startsWith('SQLITE_') || /^E[A-Z0-9]+$/.test(code) ? `cannot be used: ${message}` : undefined;
}

/** A recorder that was killed leaves a file beside the capture, which SQLite has to work in before it can read. */
function unpermitted(path: string, message: string): string {
  const left = ['-wal', '-journal'].map((suffix) => `${path}${suffix}`).find((file) => existsSync(file));
  if (left === undefined) {
    if (isReadOnly(path)) return 'is on a read-only file system: use another one';
    return `cannot be opened (${message}): check the permissions of the file and its folder`;
  }
  return `was not closed by its recorder, and reading it then needs write permission in its folder: copy it together with ${left} to a folder of yours`;
}

function isReadOnly(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (error) {
    return codeOf(error) === 'EROFS';
  }
}
