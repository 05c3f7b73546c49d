import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { captureError, explaining } from '../capture-error.js';
import { pageSizeOf } from './page-size.js';
import { DATABASE_HEADER } from './tree-page.js';
import { readWal, type WalPages } from './wal.js';

const MAGIC = Buffer.from('SQLite format 3\0');

/**
 * The pages of a damaged database, the newest version of each: those that its write-ahead log has are taken from there.
 * Nothing is written, neither to the file nor beside it, and SQLite is not asked.
 */
export class PageSource {
  /** Bytes of a page. SQLite can reserve some at its end; docktape has none reserved, and a header is easily damaged. */
  readonly pageSize: number;
  /** Pages are numbered from 1 to this. */
  readonly pageCount: number;
  /** Pages that the file is too short for: it was truncated. */
  readonly missingPages: number;
  /** What became of the write-ahead log: `damaged` when some of it, or all, could not be read. */
  readonly log: 'none' | 'applied' | 'damaged';
  /** What stands in the header, when that can be read. */
  readonly header: { readonly firstFree: number; readonly freePages: number } | undefined;
  readonly #file: number;
  readonly #logFile: number | undefined;
  readonly #logged: ReadonlyMap<number, number>;

  /** @throws DocktapeError `CAPTURE` when the file cannot be read */
  constructor(path: string) {
    const real = explaining(path, () => realpathSync(path));
    if (!statSync(real).isFile()) throw captureError(path, 'is not a capture: it is no regular file');
    this.#file = explaining(path, () => openSync(real, 'r'));
    this.#logFile = tryOpen(`${real}-wal`);
    const size = fstatSync(this.#file).size;
    const wal = this.#readWal();
    this.#logged = wal?.offsets ?? new Map();
    this.log = stateOf(wal, this.#logFile === undefined ? 0 : fstatSync(this.#logFile).size);
    const stored = read(this.#file, 0, DATABASE_HEADER);
    this.pageSize = wal?.pageSize ?? pageSizeOf(stored, size, (offset, length) => read(this.#file, offset, length));
    const header = (this.page(1) ?? stored).subarray(0, DATABASE_HEADER);
    const isSound = header.length === DATABASE_HEADER && header.subarray(0, MAGIC.length).equals(MAGIC);
    this.header = isSound ? { firstFree: header.readUInt32BE(32), freePages: header.readUInt32BE(36) } : undefined;
    // Pages past the file's end are in the log, or nowhere.
    this.pageCount = Math.ceil(size / this.pageSize) + this.#logged.size;
    const stated = isSound ? header.readUInt32BE(28) : 0;
    // A header with a damaged number must not make the file seem to lack more pages than a file can have.
    this.missingPages = stated > this.pageCount && stated < 2 * this.pageCount + 1_000 ? stated - this.pageCount : 0;
  }

  /** A page, or what is left of it; `undefined` when there is nothing of it. */
  page(number: number): Buffer | undefined {
    const logged = this.#logged.get(number);
    if (logged !== undefined && this.#logFile !== undefined) return read(this.#logFile, logged, this.pageSize);
    const bytes = read(this.#file, (number - 1) * this.pageSize, this.pageSize);
    return bytes.length === 0 ? undefined : bytes;
  }

  close(): void {
    closeSync(this.#file);
    if (this.#logFile !== undefined) closeSync(this.#logFile);
  }

  #readWal(): WalPages | undefined {
    const file = this.#logFile;
    return file === undefined
      ? undefined
      : readWal((offset, length) => read(file, offset, length), fstatSync(file).size);
  }
}

function stateOf(wal: WalPages | undefined, size: number): PageSource['log'] {
  if (size === 0) return 'none';
  return wal === undefined || wal.damaged > 0 ? 'damaged' : 'applied';
}

function tryOpen(path: string): number | undefined {
  try {
    const file = openSync(path, 'r');
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
  } catch {
    // There is none, or none that we may read.
  }
  return undefined;
}

/** Up to `length` bytes from `offset` on; what the disk cannot give is not there. */
function read(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  try {
    while (filled < length) {
      const count = readSync(file, bytes, filled, length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
  } catch {
    // A disk that fails at one page may well give the next.
  }
  return bytes.subarray(0, filled);
}
