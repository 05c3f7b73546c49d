import { resolve } from 'node:path';
import { DocktapeError } from '../../errors.js';
import type { FilePlace } from '../../rules/text/file-place.js';
import type { Suite } from '../suite.js';

/**
 * Looks whether each golden is that of one case: two would each overwrite it with their own alerts.
 *
 * @throws DocktapeError `SUITE` with the places of the first two that share one
 */
export function checkGoldens(suites: readonly Suite[]): void {
  const owners = new Map<string, FilePlace>();
  for (const { expectation } of suites.flatMap(({ cases }) => cases)) {
    if (expectation.kind !== 'golden') continue;
    const path = resolve(expectation.path);
    const { place } = expectation;
    const owner = owners.get(path);
    if (owner) throw sharedGolden(expectation.path, place, owner);
    owners.set(path, place);
  }
}

function sharedGolden(path: string, { file, line, column }: FilePlace, owner: FilePlace): DocktapeError {
  const other = `${owner.file}:${owner.line}`;
  return new DocktapeError(
    'SUITE',
    `${file}:${line}:${column}: the golden ${path} is that of the case at ${other} already: give each case a file of its own`,
  );
}
