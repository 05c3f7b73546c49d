/**
 * Pages of SQLite's b-trees, read with suspicion: https://www.sqlite.org/fileformat2.html#b_tree_pages
 */

export type TreePageKind = 'table leaf' | 'table interior' | 'index leaf' | 'index interior';

const KINDS: ReadonlyMap<number, TreePageKind> = new Map([
  [0x0d, 'table leaf'],
  [0x05, 'table interior'],
  [0x0a, 'index leaf'],
  [0x02, 'index interior'],
]);

/** Bytes of the database header, which stand before the first page's own. */
export const DATABASE_HEADER = 100;

/** A cell: a row of a table, or an entry of an index. */
export interface Cell {
  /** The row's number; 0 in an index. */
  readonly rowid: number;
  /** Bytes of the whole record. */
  readonly size: number;
  /** The beginning of the record, all of it when it is short. */
  readonly local: Buffer;
  /** The page that holds the next part; 0 when there is none. */
  readonly overflow: number;
}

/** The head of a page that may be one of a tree. */
export interface TreePage {
  readonly kind: TreePageKind;
  readonly bytes: Buffer;
  /** Where each cell begins, as the page says. */
  readonly cells: readonly number[];
  /** The rightmost child of an interior page. */
  readonly rightmost: number;
}

/**
 * Reads a page's head; `undefined` when it is no page of a tree, or that cannot be told any more.
 *
 * @param bytes the page, or what is left of it
 * @param number the page's number: the first one begins with the database's header
 */
export function treePage(bytes: Buffer, number: number): TreePage | undefined {
  const start = number === 1 ? DATABASE_HEADER : 0;
  const kind = KINDS.get(bytes[start] ?? 0);
  const isInterior = kind?.endsWith('interior');
  const end = start + (isInterior ? 12 : 8);
  if (kind === undefined || bytes.length < end) return undefined;
  const count = bytes.readUInt16BE(start + 3);
  if (end + 2 * count > bytes.length) return undefined;
  const cells = Array.from({ length: count }, (_, index) => bytes.readUInt16BE(end + 2 * index));
  return { kind, bytes, cells, rightmost: isInterior ? bytes.readUInt32BE(start + 8) : 0 };
}

/** A page of a tree, and the rows that it may have as its parents say: those after one number, up to another. */
export interface Branch {
  /** The page's number; absent when it cannot be told. */
  readonly page: number | undefined;
  readonly after: number;
  readonly upTo: number;
}

/** The branches of an interior page of a table, from left to right; of an index's, without the numbers of rows. */
export function branchesOf(page: TreePage, { after, upTo }: Branch): Branch[] {
  let last = after;
  const branches = page.cells.map((at): Branch => {
    const child = at + 4 <= page.bytes.length ? page.bytes.readUInt32BE(at) : undefined;
    const key = page.kind === 'table interior' ? (varint(page.bytes, at + 4)?.value ?? upTo) : upTo;
    const branch = { page: child, after: last, upTo: key };
    if (page.kind === 'table interior') last = key;
    return branch;
  });
  return [...branches, { page: page.rightmost, after: last, upTo }];
}

/** A tree from its root, which may have all rows. */
export function wholeTree(root: number): Branch {
  return { page: root, after: 0, upTo: Number.MAX_SAFE_INTEGER };
}

/**
 * The cells of a table's leaf or of an index's page; `undefined` for each that is damaged. Cells do not share bytes in a
 * sound page, so no more are read than fill it.
 *
 * @param pageSize bytes of a page
 */
export function* cellsOf(page: TreePage, pageSize: number): Generator<Cell | undefined> {
  let left = page.bytes.length;
  for (const at of page.cells) {
    const cell = left > 0 ? cellAt(page, at, pageSize) : undefined;
    left -= cell?.local.length ?? 0;
    yield cell;
  }
}

function cellAt({ kind, bytes }: TreePage, start: number, pageSize: number): Cell | undefined {
  let at = kind === 'index interior' ? start + 4 : start;
  const size = varint(bytes, at);
  if (size === undefined) return undefined;
  at = size.end;
  let rowid = 0;
  if (kind === 'table leaf') {
    const number = varint(bytes, at);
    if (number === undefined) return undefined;
    rowid = number.value;
    at = number.end;
  }
  const localSize = localBytes(size.value, pageSize, kind === 'table leaf');
  const isShort = localSize === size.value;
  const end = at + localSize;
  if (end + (isShort ? 0 : 4) > Math.min(bytes.length, pageSize)) return undefined;
  return { rowid, size: size.value, local: bytes.subarray(at, end), overflow: isShort ? 0 : bytes.readUInt32BE(end) };
}

/** How many bytes of a record stand in the cell itself. */
function localBytes(size: number, pageSize: number, isTable: boolean): number {
  const most = isTable ? pageSize - 35 : Math.floor(((pageSize - 12) * 64) / 255) - 23;
  if (size <= most) return size;
  const least = Math.floor(((pageSize - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (pageSize - 4));
  return fitting <= most ? fitting : least;
}

/** SQLite's variable-length integer; `undefined` past the end, and for those that no JavaScript number can be. */
export function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  // A ninth byte counts whole: the number has more than 56 bits, or is not written as SQLite does.
  return undefined;
}
