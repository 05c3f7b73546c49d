import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { captureError, codeOf, explaining } from '../capture-error.js';
import { sqlitePath } from '../open-file.js';
import { WriterLock } from '../writer-lock.js';

/**
 * Where a writer writes: a path, and the right to write there, which it holds from its first capture to its last. The file
 * at the path may become another one meanwhile.
 */
export class CapturePlace {
  /** As its user named it. */
  readonly path: string;
  /** The real path. */
  readonly file: string;
  readonly #lock: WriterLock;

  private constructor(path: string, file: string, lock: WriterLock) {
    this.path = path;
    this.file = file;
    this.#lock = lock;
  }

  /** @throws DocktapeError `CAPTURE` when another writer has the place, or no capture can be there */
  static take(path: string): CapturePlace {
    return explaining(path, () => {
      const file = realFile(path);
      return new CapturePlace(path, file, WriterLock.take(file, path));
    });
  }

  /** Whether there is no capture yet. An empty file is as good as none: `mktemp` makes such. */
  get isFree(): boolean {
    return (statSync(this.file, { throwIfNoEntry: false })?.size ?? 0) === 0;
  }

  /** Gives the right back. A second time it does nothing. */
  release(): void {
    this.#lock.release();
  }
}

function realFile(path: string): string {
  const absolute = sqlitePath(path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw captureError(path, 'is a folder, not a capture');
  if (stat && !stat.isFile()) throw captureError(path, 'is not a capture: it is no regular file');
  if (stat) return realpathSync(absolute);
  if (lstatSync(absolute, { throwIfNoEntry: false })) {
    throw captureError(path, 'is a link that leads nowhere: make what it leads to, or remove it');
  }
  try {
    return join(realpathSync(dirname(absolute)), basename(absolute));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw captureError(path, 'cannot be made: its folder does not exist', error);
  }
}
