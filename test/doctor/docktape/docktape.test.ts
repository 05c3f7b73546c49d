import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkCapture } from '#docktape/doctor/docktape/capture.js';
import { checkLibrary } from '#docktape/doctor/docktape/library.js';
import { checkNativeModules } from '#docktape/doctor/docktape/native-modules.js';
import { checkRuntime } from '#docktape/doctor/docktape/runtime.js';
import { checkSourceHost } from '#docktape/doctor/docktape/source-host.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { projectPath } from '../../support/docktape.js';

const { signal } = new AbortController();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the runtime', () => {
  const runtime = { executable: '/usr/bin/node', packageFolder: '/nowhere', supported: '20.x || 22.x || 24.x' };

  test('01 one of the supported versions is fine', () => {
    expect(checkRuntime({ ...runtime, version: 'v22.3.0' })).toEqual({
      status: 'ok',
      found: 'Node 22.3.0 at /usr/bin/node',
    });
  });

  test.each(['v18.20.0', 'v23.1.0', 'v2.0.0', 'v220.0.0'])('02 %s is none', (version) => {
    expect(checkRuntime({ ...runtime, version })).toMatchObject({
      status: 'problem',
      found: `Node ${version.slice(1)} at /usr/bin/node is none that docktape supports`,
      advice: 'run it with Node 20, 22 or 24',
    });
  });

  test('03 a bundle’s own is called so', () => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/node'), '');
    const bundle = { ...runtime, version: 'v22.3.0', packageFolder: folder };
    expect(checkRuntime({ ...bundle, executable: join(folder, 'bin/node') }).found).toBe(
      "Node 22.3.0, the bundle's own",
    );
    expect(checkRuntime({ ...bundle, executable: process.execPath }).found).toContain(process.execPath);
  });
});

describe('the native modules', () => {
  test('01 are those of this installation, and can be loaded', async () => {
    expect(await checkNativeModules()).toEqual({ status: 'ok', found: 'better-sqlite3, plugin_host.node, match.node' });
  });

  test('02 one that cannot be loaded is named, with the reason in one line', async () => {
    const odd = {
      name: 'odd.node',
      purpose: 'oddities',
      load: () => Promise.reject(new Error('was built\nfor another')),
    };
    expect(await checkNativeModules([odd])).toMatchObject({
      status: 'problem',
      found: 'odd.node, which is for oddities, cannot be loaded: was built for another',
    });
  });
});

describe('the library', () => {
  test('01 says which it is, and which plugin API it needs', async () => {
    const { outcome, path } = await checkLibrary({});
    expect(outcome.found).toBe(`${libraryPath({})}: plugin docker 0.5.0, plugin API 3.5.0`);
    expect(path).toBe(libraryPath({}));
  });

  test('02 one that is not there, or is none, cannot be used', async () => {
    const absent = await checkLibrary({ DOCKTAPE_PLUGIN: join(folder, 'none.so') });
    expect(absent.path).toBeUndefined();
    expect(absent.outcome).toMatchObject({ status: 'problem', found: expect.stringContaining('which does not exist') });
    writeFileSync(join(folder, 'text.so'), 'text');
    const text = await checkLibrary({ DOCKTAPE_PLUGIN: join(folder, 'text.so') });
    expect(text.outcome).toMatchObject({ status: 'problem', found: expect.stringContaining('cannot load the plugin') });
  });
});

describe('the source host', () => {
  test('01 gets an event through a replay, and nothing is left of it', async () => {
    vi.stubEnv('TMPDIR', folder);
    expect(await checkSourceHost(libraryPath(), signal)).toEqual({
      status: 'ok',
      found: expect.stringMatching(/^docktape-host replayed an event from a capture, in \d+ ms$/),
    });
    expect(readdirSync(folder)).toEqual([]);
    vi.unstubAllEnvs();
  });

  test('02 one that is not beside the library is a problem', async () => {
    const alone = join(folder, 'libdocker.so');
    copyFileSync(libraryPath(), alone);
    expect(await checkSourceHost(alone, signal)).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('docktape-host'),
      advice: expect.stringContaining('install docktape again'),
    });
  });

  test('03 ends with the signal’s reason', async () => {
    await expect(checkSourceHost(libraryPath(), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('a capture', () => {
  test('01 says what it holds', async () => {
    const path = projectPath('captures/exec.db');
    expect(await checkCapture(path)).toEqual({ status: 'ok', found: `${path}: 23 events of 1 session` });
  });

  test('02 what is none is a problem', async () => {
    symlinkSync('/nowhere', join(folder, 'a.db'));
    expect(await checkCapture(join(folder, 'a.db'))).toMatchObject({ status: 'problem' });
    writeFileSync(join(folder, 'b.db'), 'text');
    expect(await checkCapture(join(folder, 'b.db'))).toMatchObject({ status: 'problem' });
  });
});
