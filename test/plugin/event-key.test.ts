import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import vectors from '../docker/feed/event-keys.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'docktape-event-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const driver = join(folder, 'driver');
const sources = [path('event_key_driver.cc'), path('../../native/plugin/source/event_key.cc')];
execFileSync('c++', ['-std=c++17', '-O2', '-Wall', '-Werror', `-I${path('../../native')}`, '-o', driver, ...sources]);

/** The keys that the plugin's code gives these texts, and what it says of its speed. */
function nativeKeys(texts: readonly Buffer[]): { keys: string[]; speed: string } {
  const input = texts.map((text) => `${text.toString('hex')}\n`).join('');
  const { stdout, stderr } = spawnSync(driver, { input, encoding: 'utf8' });
  return { keys: stdout.trimEnd().split('\n'), speed: stderr.trim() };
}

test('the key of an event is the public algorithm’s', () => {
  const { keys, speed } = nativeKeys(vectors.map(({ text }) => Buffer.from(text)));
  expect(keys).toEqual(vectors.map(({ key }) => key));
  console.log(speed);
});

test('and the one that the source host makes, of bytes of any length', () => {
  const texts = Array.from({ length: 300 }, (_, length) => randomBytes(length));
  expect(nativeKeys(texts).keys).toEqual(texts.map((bytes) => eventKey(bytes, 0, bytes.length)));
});
