import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPluginInFalco } from '#docktape/doctor/falco/plugin-in-falco.js';
import { checkFalcoProgram } from '#docktape/doctor/falco/program.js';

// What a real Falco says is tested in test/real; here there is none, or something else in its place.
const { signal } = new AbortController();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('Falco', () => {
  test('01 that nobody named and that is not on PATH is not needed', async () => {
    const { outcome, program } = await checkFalcoProgram(undefined, { PATH: folder }, signal);
    expect(outcome).toMatchObject({ status: 'not checked', found: 'Falco is not installed: no falco on PATH' });
    expect(program).toBeUndefined();
    expect(await checkPluginInFalco(program, signal)).toEqual({ status: 'not checked', found: 'no Falco to load it' });
  });

  test('02 that is named and not there is a problem', async () => {
    const missing = join(folder, 'falco');
    expect((await checkFalcoProgram(missing, {}, signal)).outcome).toMatchObject({
      status: 'problem',
      found: expect.stringContaining(missing),
    });
    expect((await checkFalcoProgram(undefined, { DOCKTAPE_FALCO: missing }, signal)).outcome).toMatchObject({
      status: 'problem',
      found: expect.stringContaining(`DOCKTAPE_FALCO: ${missing}`),
    });
  });

  test('03 that is something else is a problem', async () => {
    expect((await checkFalcoProgram('/bin/true', {}, signal)).outcome).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('as no Falco does'),
    });
  });

  test('04 that does not load the library is a problem', async () => {
    const program = { path: '/bin/false', version: '0.44.1', pluginApi: '3.12.0' };
    expect(await checkPluginInFalco(program, signal)).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('Falco does not load the library: '),
    });
  });

  test('05 is let go when the signal comes', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(checkFalcoProgram('/bin/true', {}, aborted)).rejects.toThrow('enough');
    const program = { path: '/bin/true', version: '0.44.1', pluginApi: '3.12.0' };
    await expect(checkPluginInFalco(program, aborted)).rejects.toThrow('enough');
  });
});
