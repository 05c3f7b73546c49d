/**
 * SQLite's write-ahead log: the pages that a killed writer has committed and not moved into the database yet. The format is
 * public: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */

const HEADER = 32;
const FRAME_HEADER = 24;

/** The last bit tells in which byte order the checksums are computed. */
const MAGIC = 0x377f0682;

/** The pages that a log holds, and what is wrong with it. */
export interface WalPages {
  readonly pageSize: number;
  /** Where the newest committed version of a page is in the log. */
  readonly offsets: ReadonlyMap<number, number>;
  /** Pages of the database after the last commit; 0 when there was none. */
  readonly pageCount: number;
  /** Frames of this log that are damaged, and left out. */
  readonly damaged: number;
}

/**
 * Finds the committed pages of a log; `undefined` when it is none, or its header is damaged. Each frame's checksum goes on
 * from the one before, as it is written there: so a damaged frame costs itself and not those after it.
 *
 * @param read gives up to `length` bytes of the log from `offset` on
 */
export function readWal(read: (offset: number, length: number) => Buffer, size: number): WalPages | undefined {
  const header = read(0, HEADER);
  if (header.length < HEADER) return undefined;
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return undefined;
  const isBigEndian = magic === MAGIC + 1;
  const seed = checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  if (!equals(seed, header, 24)) return undefined;
  const pageSize = header.readUInt32BE(8);
  if (!isPageSize(pageSize)) return undefined;
  const salts = header.subarray(16, 24);

  const committed = new Map<number, number>();
  const pending = new Map<number, number>();
  let [pageCount, damaged] = [0, 0];
  let before = seed;
  for (let offset = HEADER; offset + FRAME_HEADER + pageSize <= size; offset += FRAME_HEADER + pageSize) {
    const frame = read(offset, FRAME_HEADER + pageSize);
    // What follows is left of an older log.
    if (frame.length < FRAME_HEADER + pageSize || !frame.subarray(8, 16).equals(salts)) break;
    const sum = checksum(
      frame.subarray(FRAME_HEADER),
      checksum(frame.subarray(0, 8), before, isBigEndian),
      isBigEndian,
    );
    before = [frame.readUInt32BE(16), frame.readUInt32BE(20)];
    if (!equals(sum, frame, 16)) {
      damaged += 1;
      continue;
    }
    pending.set(frame.readUInt32BE(0), offset + FRAME_HEADER);
    const pagesNow = frame.readUInt32BE(4);
    if (pagesNow === 0) continue;
    for (const [page, at] of pending) committed.set(page, at);
    pending.clear();
    pageCount = pagesNow;
  }
  return { pageSize, offsets: committed, pageCount, damaged };
}

export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}

type Checksum = readonly [number, number];

function checksum(bytes: Buffer, [first, second]: Checksum, isBigEndian: boolean): Checksum {
  let [a, b] = [first, second];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}

function equals([a, b]: Checksum, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b;
}
