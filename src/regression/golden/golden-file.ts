import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../capture/capture-error.js';
import { DocktapeError, messageOf } from '../../errors.js';

/**
 * The lines of a golden; undefined when there is no such file.
 *
 * @throws DocktapeError when it is there and cannot be read
 */
export function readGolden(path: string): string[] | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new DocktapeError('USAGE', `cannot read the golden ${path}: ${messageOf(cause)}`, { cause });
  }
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Writes a golden in one step: whoever reads it meanwhile sees the whole of either version.
 *
 * @throws DocktapeError when it cannot be written
 */
export function writeGolden(path: string, lines: readonly string[]): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, lines.map((line) => `${line}\n`).join(''), { flag: 'wx' });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new DocktapeError('USAGE', `cannot write the golden ${path}: ${messageOf(cause)}`, { cause });
  }
}
