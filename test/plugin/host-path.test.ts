import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { projectPath } from '../support/docktape.js';
import { folder, Loader } from './loader.js';

const { version } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as { version: string };
const named = process.env.DOCKTAPE_PLUGIN;
const built = libraryPath();

/** The place of the library in this test. */
let place: string;
beforeEach(() => {
  place = mkdtempSync(join(folder, 'place-'));
  copyFileSync(built, join(place, 'libdocker.so'));
});

afterEach(() => {
  if (named === undefined) delete process.env.DOCKTAPE_PLUGIN;
  else process.env.DOCKTAPE_PLUGIN = named;
});

/** Puts a host somewhere that ends at once and says who it is. */
function put(path: string, name: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho I am ${name} >&2\nexit 1\n`);
  chmodSync(path, 0o755);
}

/** Opens a source of a library and gives the error, which has what the host said. */
async function errorOf(library: string, config: { host?: string } = {}): Promise<string | null> {
  process.env.DOCKTAPE_PLUGIN = library;
  const loader = await Loader.start();
  try {
    await loader.do('init', 's', JSON.stringify(config));
    return (await loader.do('open', 's', 'i', 'live')).error;
  } finally {
    await loader.end();
  }
}

test('an installed library finds the host in the folder of its version', async () => {
  put(join(place, `docktape-${version}/docktape-host`), 'installed');
  put(join(place, 'docktape-host'), 'built');
  put(join(place, 'docktape-99.0.0/docktape-host'), 'newer');
  expect(await errorOf(join(place, 'libdocker.so'))).toContain('I am installed');
});

test('a library in a build tree finds the host beside it', async () => {
  put(join(place, 'docktape-host'), 'built');
  expect(await errorOf(join(place, 'libdocker.so'))).toContain('I am built');
});

test('a host of another version is none', async () => {
  put(join(place, 'docktape-99.0.0/docktape-host'), 'newer');
  const error = await errorOf(join(place, 'libdocker.so'));
  expect(error).toMatch(/^no source host here; set init_config's host/);
  expect(error).toContain(`docktape-${version}/docktape-host`);
});

test('a library that is reached through a link finds what is beside the link, else what is beside the file', async () => {
  const links = join(place, 'links');
  mkdirSync(links);
  symlinkSync('../libdocker.so', join(links, 'libdocker.so'));
  put(join(place, `docktape-${version}/docktape-host`), 'beside the file');
  expect(await errorOf(join(links, 'libdocker.so'))).toContain('I am beside the file');
  put(join(links, 'docktape-host'), 'beside the link');
  expect(await errorOf(join(links, 'libdocker.so'))).toContain('I am beside the link');
});

test('the host that init_config names comes first', async () => {
  put(join(place, `docktape-${version}/docktape-host`), 'installed');
  put(join(place, 'other'), 'named');
  expect(await errorOf(join(place, 'libdocker.so'), { host: join(place, 'other') })).toContain('I am named');
});
