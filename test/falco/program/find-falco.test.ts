import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFalco } from '#docktape/falco/program/find-falco.js';

const folder = mkdtempSync(join(tmpdir(), 'docktape-find-'));
const falco = join(folder, 'bin/falco');

beforeAll(() => {
  for (const name of ['bin', 'opt', 'empty']) mkdirSync(join(folder, name));
  writeFileSync(falco, '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'opt/falco-0.40'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'opt/falco'), 'not executable');
  chmodSync(join(folder, 'opt/falco'), 0o644);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('findFalco', () => {
  const PATH = [join(folder, 'empty'), join(folder, 'opt'), join(folder, 'bin')].join(':');

  it('takes what is named, else DOCKTAPE_FALCO, else falco on PATH', () => {
    const other = join(folder, 'opt/falco-0.40');
    expect(findFalco(other, { PATH, DOCKTAPE_FALCO: falco })).toBe(other);
    expect(findFalco(undefined, { PATH, DOCKTAPE_FALCO: other })).toBe(other);
    expect(findFalco(undefined, { PATH })).toBe(falco);
    expect(findFalco(undefined, { PATH, DOCKTAPE_FALCO: '' })).toBe(falco);
  });

  it('looks up a name without a slash on PATH, and takes one with a slash as a path', () => {
    expect(findFalco('falco-0.40', { PATH })).toBe(join(folder, 'opt/falco-0.40'));
    expect(findFalco(`./${relative(process.cwd(), falco)}`, {})).toBe(falco);
  });

  it('says what is wrong with what it was given', () => {
    const code = 'FALCO';
    const refusal = (named: string | undefined, env: NodeJS.ProcessEnv, message: string) =>
      expect(() => findFalco(named, env)).toThrow(expect.objectContaining({ code, message }));
    const fix = 'name the path of Falco 0.39 or newer';
    refusal('/nowhere/falco', {}, `/nowhere/falco does not exist: ${fix}`);
    refusal(folder, {}, `${folder} is no program: ${fix}`);
    refusal(
      undefined,
      { DOCKTAPE_FALCO: join(folder, 'opt/falco') },
      `DOCKTAPE_FALCO: ${folder}/opt/falco is not executable: ${fix}`,
    );
    refusal(
      undefined,
      { PATH: folder },
      `there is no 'falco' on PATH: install Falco 0.39 or newer, or name its path in DOCKTAPE_FALCO`,
    );
    refusal(
      undefined,
      { DOCKTAPE_FALCO: 'falco-x' },
      `DOCKTAPE_FALCO: there is no 'falco-x' on PATH: install Falco 0.39 or newer, or name its path in DOCKTAPE_FALCO`,
    );
  });
});
