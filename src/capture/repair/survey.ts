import type { Pace } from '../pace.js';
import type { PageSource } from './page-source.js';
import { recordHead, type Value, valuesOf } from './record.js';
import { type Branch, branchesOf, cellsOf, type TreePage, treePage, wholeTree } from './tree-page.js';

/** A leaf of a table, and which rows it may have: all of them when no tree leads to it. */
export type Leaf = Branch & { readonly page: number };

/** Which pages of a damaged capture have its rows. */
export interface Survey {
  /** Leaves of tables: first those that the trees lead to, in their order, then others that are not known to be free. */
  readonly leaves: readonly Leaf[];
  /** Pages of indexes, which have one entry for each event. */
  readonly indexPages: readonly number[];
  /** Whether all of these pages, and no others, are those that `events_by_time` leads to from its root. */
  readonly isIndexWhole: boolean;
  /** Whether the last leaf of `events` was found on the way from its root. */
  readonly hasLastEvents: boolean;
  /** Pages that the trees lead to and that are no such pages any more. */
  readonly lostPages: number;
}

const FREE = 1;
const SEEN = 2;

/** Finds the pages. Reads each page of the file once. */
export async function survey(source: PageSource, pace: Pace): Promise<Survey> {
  const surveyor = new Surveyor(source, pace);
  const { roots, pages } = schemaOf(source);
  for (const page of pages) surveyor.see(page);
  let [isIndexWhole, hasLastEvents] = [false, false];
  for (const [name, root] of roots) {
    const walk = await surveyor.walk(root);
    if (name === 'events') hasLastEvents = walk.hasLast;
    if (name === 'events_by_time') isIndexWhole = walk.isWhole;
  }
  surveyor.markFree();
  const known = surveyor.indexPages.length;
  await surveyor.addStrays();
  const { leaves, indexPages, lostPages } = surveyor;
  return { leaves, indexPages, isIndexWhole: isIndexWhole && indexPages.length === known, hasLastEvents, lostPages };
}

interface Schema {
  /** Where the trees of a capture begin, by name, as far as that can be read. */
  readonly roots: ReadonlyMap<string, number>;
  /** The pages that the schema itself takes. */
  readonly pages: ReadonlySet<number>;
}

function schemaOf(source: PageSource): Schema {
  const roots = new Map<string, number>();
  const pages = new Set<number>();
  for (const waiting = [wholeTree(1)]; waiting.length > 0; ) {
    const branch = waiting.pop() as Branch;
    const { page: number } = branch;
    if (number === undefined || pages.has(number)) continue;
    const bytes = source.page(number);
    const page = bytes && treePage(bytes, number);
    if (page === undefined || !page.kind.startsWith('table')) continue;
    pages.add(number);
    if (page.kind === 'table interior') waiting.push(...branchesOf(page, branch));
    else for (const [name, root] of rootsIn(page, source)) roots.set(name, root);
  }
  return { roots, pages };
}

/** The names and roots that a leaf of the schema has. A long statement continues elsewhere, but that comes last. */
function* rootsIn(page: TreePage, source: PageSource): Generator<readonly [string, number]> {
  for (const cell of cellsOf(page, source.pageSize)) {
    const head = cell && recordHead(cell.local, cell.size);
    if (cell === undefined || head?.types.length !== 5) continue;
    const [, name, , root] = valuesOf({ ...head, types: head.types.slice(0, 4) }, cell.local);
    if (Buffer.isBuffer(name) && isPage(root, source)) yield [name.toString(), Number(root)];
  }
}

function isPage(value: Value | undefined, source: PageSource): boolean {
  return typeof value === 'bigint' && value >= 2n && value <= source.pageCount;
}

class Surveyor {
  readonly leaves: Leaf[] = [];
  readonly indexPages: number[] = [];
  lostPages = 0;
  readonly #marks: Uint8Array;

  constructor(
    private readonly source: PageSource,
    private readonly pace: Pace,
  ) {
    this.#marks = new Uint8Array(source.pageCount + 1);
  }

  see(page: number): void {
    this.#marks[page] = SEEN;
  }

  /** Follows a tree from its root, left to right. A page that two lead to belongs to the first. */
  async walk(root: number): Promise<{ readonly isWhole: boolean; readonly hasLast: boolean }> {
    const waiting = [wholeTree(root)];
    let [isWhole, hasLast] = [true, false];
    while (waiting.length > 0) {
      await this.pace.step();
      const branch = waiting.pop() as Branch;
      const page = this.#take(branch);
      hasLast = page !== undefined;
      isWhole &&= hasLast;
      if (page?.kind.endsWith('interior')) waiting.push(...branchesOf(page, branch).reverse());
    }
    return { isWhole, hasLast };
  }

  /**
   * Marks what the list of free pages has: old versions of rows stand there. A list that is not whole in itself is not
   * believed, so that damage to it costs nothing.
   */
  markFree(): void {
    const { header } = this.source;
    const free: number[] = [];
    let trunk = header?.firstFree ?? 0;
    while (trunk !== 0) {
      const bytes = this.source.page(trunk);
      if (!this.#isUnseen(trunk) || bytes === undefined || bytes.length < 8) return;
      const count = bytes.readUInt32BE(4);
      if (8 + 4 * count > bytes.length || free.length > this.source.pageCount) return;
      free.push(trunk);
      for (let index = 0; index < count; index += 1) free.push(bytes.readUInt32BE(8 + 4 * index));
      trunk = bytes.readUInt32BE(0);
    }
    const isSound = free.length === header?.freePages && new Set(free).size === free.length;
    if (!isSound || !free.every((page) => this.#isUnseen(page))) return;
    for (const page of free) this.#marks[page] = FREE;
  }

  /** Adds the leaves that no tree leads to: what did lead there is damaged. */
  async addStrays(): Promise<void> {
    for (let number = 2; number <= this.source.pageCount; number += 1) {
      await this.pace.step();
      if (this.#marks[number] === 0) this.#sort({ ...wholeTree(number), page: number });
    }
  }

  #take(branch: Branch): TreePage | undefined {
    const { page: number } = branch;
    const page = number !== undefined && this.#isUnseen(number) ? this.#sort({ ...branch, page: number }) : undefined;
    if (page === undefined) this.lostPages += 1;
    else this.#marks[number as number] = SEEN;
    return page;
  }

  #isUnseen(number: number): boolean {
    return number >= 2 && number <= this.source.pageCount && this.#marks[number] === 0;
  }

  /** Puts a page where its kind belongs. */
  #sort(leaf: Leaf): TreePage | undefined {
    const bytes = this.source.page(leaf.page);
    const page = bytes && treePage(bytes, leaf.page);
    if (page?.kind === 'table leaf') this.leaves.push(leaf);
    else if (page?.kind.startsWith('index')) this.indexPages.push(leaf.page);
    return page;
  }
}
