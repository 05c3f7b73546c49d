import { PAGE_SIZE } from '../schema.js';
import { treePage } from './tree-page.js';
import { isPageSize } from './wal.js';

const SIZES = [PAGE_SIZE, 512, 1024, 2048, 4096, 8192, 32_768, 65_536];

/** Bytes at the file's beginning, middle and end that are looked at. */
const SAMPLE = 4 * 1024 * 1024;

/**
 * The size of a damaged database's pages: the one by which most of what stands at the beginning of pages is the beginning
 * of a page. When several do as well, it is the one that the header says, and then docktape's own.
 *
 * @param header the file's first bytes
 * @param read gives up to `length` bytes of the file from `offset` on
 */
export function pageSizeOf(header: Buffer, size: number, read: (offset: number, length: number) => Buffer): number {
  const stated = header.length >= 18 ? header.readUInt16BE(16) : 0;
  const told = stated === 1 ? 65_536 : stated;
  const starts = [0, size / 2, size - SAMPLE].map((at) => Math.max(0, Math.floor(at / 65_536) * 65_536));
  const samples = [...new Set(starts)].map((start) => ({ start, bytes: read(start, SAMPLE) }));
  let best = { size: isPageSize(told) ? told : PAGE_SIZE, pages: 0 };
  for (const candidate of [best.size, ...SIZES]) {
    const pages = samples.reduce((sum, sample) => sum + treePages(sample.bytes, sample.start, candidate), 0);
    if (pages > best.pages) best = { size: candidate, pages };
  }
  return best.size;
}

/** How many of the sampled pages are pages of a tree, cut at this size. */
function treePages(bytes: Buffer, start: number, size: number): number {
  let pages = 0;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const page = treePage(bytes.subarray(at, at + size), (start + at) / size + 1);
    const { cells } = page ?? { cells: [] };
    if (cells.length > 0 && cells.every((cell) => cell > 2 * cells.length && cell < size)) pages += 1;
  }
  return pages;
}
