import { chmodSync, closeSync, openSync, realpathSync, statSync } from 'node:fs';
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

  /**
   * Makes an empty file when there is none.
   *
   * @throws DocktapeError `CAPTURE` when another writer has the place, or nothing can be made there
   */
  static take(path: string): CapturePlace {
    return explaining(path, () => {
      makeFile(sqlitePath(path), path);
      const file = realpathSync(sqlitePath(path));
      return new CapturePlace(path, file, WriterLock.take(file, path));
    });
  }

  /** Makes an empty file when there is none, and gives back whether it is empty. */
  prepare(): { readonly isEmpty: boolean } {
    makeFile(this.file, this.path);
    return { isEmpty: statSync(this.file).size === 0 };
  }

  /** Gives the right back. A second time it does nothing. */
  release(): void {
    this.#lock.release();
  }
}

/**
 * An empty file that is there already is as good as a new one: `mktemp` makes such, and so does a crash at this very place.
 * Others' eyes are kept off from the first byte on: labels and commands in events hold secrets.
 */
function makeFile(file: string, path: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw captureError(path, 'cannot be made: its folder does not exist', error);
    if (codeOf(error) !== 'EEXIST') throw error;
    const stat = statSync(file);
    if (stat.isDirectory()) throw captureError(path, 'is a folder, not a capture');
    if (!stat.isFile()) throw captureError(path, 'is not a capture: it is no regular file');
    if (stat.size === 0) chmodSync(file, 0o600);
  }
}
