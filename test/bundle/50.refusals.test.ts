import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';

const folder = mkdtempSync(join(tmpdir(), 'docktape-refusals-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A checkout's scripts, which is as far as these get. */
let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(folder, 'checkout-'));
  copyTo(checkout);
});

function copyTo(place: string): void {
  for (const name of ['scripts', 'package.json']) cpSync(projectPath(name), join(place, name), { recursive: true });
}

function bundle(place: string, env: NodeJS.ProcessEnv = {}) {
  const all = { ...process.env, SOURCE_DATE_EPOCH: '1', npm_config_cache: join(folder, 'cache'), ...env };
  const program = join(place, 'scripts/bundle.mjs');
  return spawnSync(process.execPath, [program], { cwd: place, encoding: 'utf8', env: all });
}

test('a checkout in a path with a blank', () => {
  const blank = join(folder, 'a checkout');
  copyTo(blank);
  const { status, stderr } = bundle(blank);
  expect(status).toBe(2);
  expect(stderr).toContain(`move the checkout from ${blank}/ to a path without any`);
});

test('a time that is none, and none at all', () => {
  expect(bundle(checkout, { SOURCE_DATE_EPOCH: 'now' })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('SOURCE_DATE_EPOCH is "now"'),
  });
  expect(bundle(checkout, { SOURCE_DATE_EPOCH: undefined, GIT_CEILING_DIRECTORIES: folder })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('set SOURCE_DATE_EPOCH'),
  });
});

test('a registry that cannot be reached', () => {
  // Nothing listens there.
  const { status, stderr } = bundle(checkout, {
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_fetch_retries: '0',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^docktape: node-linux-\w+@[\d.]+ cannot be had from the npm registry; put its tarball at /);
  expect(stderr).toContain('ECONNREFUSED');
});

test('a tarball that is not the pinned package is not taken, from wherever it is', () => {
  const pins = JSON.parse(readFileSync(join(checkout, 'scripts/bundle/pins.json'), 'utf8'));
  const node = pins.node[process.arch] as { package: string; version: string };
  const downloads = join(checkout, 'build/bundle/downloads');
  mkdirSync(downloads, { recursive: true });
  writeFileSync(join(downloads, `${node.package}-${node.version}.tgz`), 'something else');
  // So it asks the registry, for which a program stands in that delivers something else, too.
  const bin = join(checkout, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho another > ${node.package}-${node.version}.tgz\n`, { mode: 0o755 });
  const { status, stderr } = bundle(checkout, { PATH: `${bin}:${process.env.PATH}` });
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^docktape: \S+ is not the package that scripts\/bundle\/pins.json names: sha512-\S+ instead of /,
  );
});
