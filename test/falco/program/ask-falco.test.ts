import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { askFalco, checkVersion, REQUIRED_PLUGIN_API, readVersion } from '#docktape/falco/program/ask-falco.js';
import { runToEnd } from '#docktape/falco/program/run-to-end.js';
import { recorded, recordedPath, standIn } from './stand-in.js';

const folder = mkdtempSync(join(tmpdir(), 'docktape-ask-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a version', () => {
  it('is read from what Falco 0.44.1 printed, as JSON and as text', () => {
    const version = { version: '0.44.1', pluginApi: '3.12.0' };
    expect(readVersion(recorded('version.json.txt'))).toEqual(version);
    expect(readVersion(recorded('version.text.txt'))).toEqual(version);
  });

  it('of a Falco from before the plugin API is read too', () => {
    expect(readVersion('Falco version: 0.28.0\nDriver version: 5c0b863\n')).toEqual({ version: '0.28.0' });
  });

  it('must be 0.39 or newer, with a plugin API that the library can be loaded by', () => {
    for (const version of ['0.39.0', '0.44.1', '0.45.0-rc1', '0.44.0-12+abcdef', '1.0.0']) {
      expect(() => checkVersion('/f', version, '3.7.0')).not.toThrow();
    }
    const refusal = (version: string, api: string | undefined, message: string) =>
      expect(() => checkVersion('/f', version, api)).toThrow(expect.objectContaining({ code: 'FALCO', message }));
    const old = 'docktape needs 0.39 or newer, so update it or name another';
    refusal('0.38.2', '3.6.0', `/f is Falco 0.38.2: ${old}`);
    refusal('0.4.0', undefined, `/f is Falco 0.4.0: ${old}`);
    const needs = 'and libdocker.so needs 3.5.0: name another Falco';
    refusal('0.39.0', '3.4.9', `/f is Falco 0.39.0 with the plugin API 3.4.9, ${needs}`);
    refusal('1.0.0', '4.0.0', `/f is Falco 1.0.0 with the plugin API 4.0.0, ${needs}`);
    refusal('0.40.0', undefined, `/f is Falco 0.40.0 with no plugin API, ${needs}`);
  });

  it('is compared with the plugin API that the library requires', () => {
    expect(LoadedPlugin.load(libraryPath()).info.requiredApiVersion).toBe(REQUIRED_PLUGIN_API);
  });
});

describe('asking (a stand-in)', () => {
  it('gives path, version and plugin API', async () => {
    const { path } = standIn(folder, `cat '${recordedPath('version.json.txt')}'`);
    expect(await askFalco(path)).toEqual({ path, version: '0.44.1', pluginApi: '3.12.0' });
  });

  it('names a program that is no Falco, and what it answered', async () => {
    const { path } = standIn(folder, 'echo ls 9.1; echo more');
    await expect(askFalco(path)).rejects.toMatchObject({
      code: 'FALCO',
      message: `${path} answers --version with 'ls 9.1', as no Falco does: name the path of Falco 0.39 or newer`,
    });
    standIn(folder, 'exit 3');
    await expect(askFalco(path)).rejects.toThrow(`${path} says nothing when asked for its --version, as no Falco does`);
  });

  it('does not wait for ever, nor for all that is printed', async () => {
    const run = (script: string) => {
      const { path } = standIn(folder, script);
      return runToEnd({ program: path, args: [], env: process.env, folder, limit: 300, maxOutput: 1000 });
    };
    await expect(run('echo asleep >&2; exec sleep 60')).rejects.toMatchObject({
      code: 'FALCO',
      message: `${folder}/stand-in gave no answer within 0.3 s`,
      lastLines: ['asleep'],
    });
    await expect(run('exec yes')).rejects.toThrow(`${folder}/stand-in printed too much`);
  });

  it('ends with the signal', async () => {
    const { path } = standIn(folder, 'exec sleep 60');
    const reason = new Error('enough');
    await expect(askFalco(path, AbortSignal.abort(reason))).rejects.toBe(reason);
    const later = new AbortController();
    setTimeout(() => later.abort(reason), 100);
    await expect(askFalco(path, later.signal)).rejects.toBe(reason);
  });
});
