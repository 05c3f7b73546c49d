import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../run.mjs';

/**
 * Takes over into the corpus those of the found inputs that reach code which nothing in the corpus does. Only whether code is
 * reached counts here, not how often: that keeps the corpus small.
 *
 * @param {import('./run.mjs').Fuzzing} fuzzing
 * @returns {number} how many there are
 */
export function minimise({ program, inputs: [found = '', corpus = ''] }) {
  const before = new Set(readdirSync(corpus));
  const args = ['-merge=1', '-use_counters=0', corpus, found];
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) fail(`merging into ${corpus} failed:\n${stderr}`);
  const added = readdirSync(corpus).filter((name) => !before.has(name));
  for (const name of added) renameSync(join(corpus, name), join(corpus, `found-${name.slice(0, 8)}`));
  rmSync(found, { recursive: true });
  return added.length;
}
