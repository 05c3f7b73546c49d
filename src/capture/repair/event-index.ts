import type { Pace } from '../pace.js';
import type { PageSource } from './page-source.js';
import { type TimeEntry, timeEntryOf } from './rows.js';
import { cellsOf, treePage } from './tree-page.js';

/**
 * The entries of `events_by_time` that can be read, in no order: what the capture's events were.
 *
 * @param pages the pages of indexes
 */
export async function* timeEntries(
  source: PageSource,
  pages: readonly number[],
  pace: Pace,
): AsyncGenerator<TimeEntry> {
  for (const number of pages) {
    await pace.step();
    const bytes = source.page(number);
    const page = bytes && treePage(bytes, number);
    if (page === undefined) continue;
    for (const cell of cellsOf(page, source.pageSize)) {
      const entry = cell && timeEntryOf(cell);
      if (entry) yield entry;
    }
  }
}
