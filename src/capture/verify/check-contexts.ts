import type { Database } from 'better-sqlite3';
import { IS_SOUND_CONTEXT } from '../contexts.js';
import type { Pace } from '../pace.js';
import type { Findings } from './finding.js';

/** Contexts that are looked at in one step. */
const SPAN = 1_000;

/** Whether each context is what docktape writes: others would make other events of those that have them. */
export async function checkContexts(database: Database, problems: Findings, pace: Pace): Promise<void> {
  const look = database.prepare<[number, number], { readonly id: number; readonly isSound: number | null }>(
    `SELECT id, ${IS_SOUND_CONTEXT} AS isSound FROM contexts WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const least = database.prepare<[], number | null>('SELECT min(id) FROM contexts').pluck().get() ?? 1;
  if (least < 1) problems.add('context numbers', { text: `contexts are numbered from ${least} on, not from 1` });
  let last = 0;
  for (let rows = look.all(last, SPAN); rows.length > 0; rows = look.all(last, SPAN)) {
    for (const { id, isSound } of rows) {
      if (isSound !== 1)
        problems.add('contexts like that', { text: `context ${id} is not one JSON object on one line` });
    }
    last = rows.at(-1)?.id ?? last;
    if (last > Number.MAX_SAFE_INTEGER) {
      problems.add('context numbers', { text: 'the number of a context is higher than any has' });
      break;
    }
    await pace.step();
  }
}
