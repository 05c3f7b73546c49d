import type { EventLines } from '../event-inserter.js';
import type { GapInfo, SessionDaemon } from '../session.js';
import type { SessionEnd } from '../session-writer.js';

/** Lines to write, from the first that is not committed on. */
export interface LinesEntry extends EventLines {
  readonly kind: 'lines';
  readonly count: number;
  /** Bytes of the contexts that came with them. */
  readonly contextBytes: number;
  /** The number of the first line that is not committed, 0 for the first of all, and where it begins in `lines`. */
  first: number;
  offset: number;
}

export type BacklogEntry =
  | LinesEntry
  | { readonly kind: 'gap'; readonly gap: GapInfo }
  | { readonly kind: 'daemon'; readonly daemon: SessionDaemon }
  | { readonly kind: 'finish'; readonly end: SessionEnd };

/** What is not committed yet, in its order: first what the open transaction holds, then what nobody has looked at. */
export class Backlog {
  #entries: BacklogEntry[] = [];
  /** Entries of the open transaction. */
  #begun = 0;

  add(entry: BacklogEntry): void {
    this.#entries.push(entry);
  }

  /** The next entry for the transaction. */
  get next(): BacklogEntry | undefined {
    return this.#entries[this.#begun];
  }

  /** The next entry is in the transaction as a whole. */
  advance(): void {
    this.#begun += 1;
  }

  /** The transaction was committed. Gives back the bytes of the contexts that are not kept here any more. */
  forget(): number {
    // One call for many entries: taking them one by one off the front of a long array takes long.
    const forgotten = this.#entries.splice(0, this.#begun);
    this.#begun = 0;
    return forgotten.reduce((sum, entry) => sum + (entry.kind === 'lines' ? entry.contextBytes : 0), 0);
  }

  /** The transaction was taken back: its entries are the next again. */
  rewind(): void {
    this.#begun = 0;
  }
}
