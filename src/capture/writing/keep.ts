import { rmSync, statSync } from 'node:fs';
import { messageOf } from '../../errors.js';
import { now } from '../../time.js';
import { openForReading } from '../open-file.js';
import { WriterLock } from '../writer-lock.js';
import { type ClosedCapture, closedCaptures } from './closed-captures.js';
import type { Bound } from './writer-options.js';

/**
 * Removes closed captures of `file` that are past the bound, oldest first. Only captures go, and none that is just being
 * written; whoever reads one can read it to its end.
 *
 * @returns the removed, and in words what could not be removed
 */
export function removeOld(file: string, keep: Bound): { readonly removed: string[]; readonly problems: string[] } {
  const captures = closedCaptures(file).map((capture) => ({ ...capture, bytes: sizeOf(capture.path) }));
  const removed: string[] = [];
  const problems: string[] = [];
  let bytes = captures.reduce((sum, capture) => sum + capture.bytes, 0);
  for (const capture of captures) {
    const isTooMuch = keep.bytes !== undefined && bytes > keep.bytes;
    // It cannot have ended before it began, so most need not be opened.
    const mayBeOld = keep.age !== undefined && capture.started < now() - keep.age;
    if (!isTooMuch && !mayBeOld) break;
    try {
      const ended = endOf(capture);
      if (!isTooMuch && ended >= now() - (keep.age ?? 0n)) break;
      remove(capture.path);
      removed.push(capture.path);
    } catch (error) {
      problems.push(`${capture.path} is not removed: ${messageOf(error)}`);
    }
    bytes -= capture.bytes;
  }
  return { removed, problems };
}

/** When its last session ended, as far as that is known. Throws when it is no capture. */
function endOf({ path, started }: ClosedCapture): bigint {
  const database = openForReading(path);
  try {
    const last = database.prepare<[], bigint | null>('SELECT max(ended) FROM sessions').pluck().safeIntegers().get();
    return last ?? started;
  } finally {
    database.close();
  }
}

function remove(path: string): void {
  const lock = WriterLock.take(path, path);
  try {
    for (const suffix of ['-wal', '-shm', '']) rmSync(`${path}${suffix}`, { force: true });
  } finally {
    lock.release();
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
