import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { filesAt, freshPath, numbered, record } from '../capture/support/captures.js';
import { docktape } from '../support/docktape.js';

let path: string;
let folder: string;

beforeEach(async () => {
  path = freshPath();
  folder = dirname(path);
  await record(path, numbered(2_000));
});

const repair = (...args: string[]) => docktape(['repair', 'night.db', 'new.db', ...args], {}, folder);

/** Zeros over the page that has this event. */
function lose(payload: string): void {
  const bytes = readFileSync(path);
  const start = Math.floor(bytes.indexOf(payload) / 16_384) * 16_384;
  writeFileSync(path, bytes.fill(0, start, start + 16_384));
}

test('what is whole is copied, and that is success', async () => {
  expect(await repair()).toEqual({
    code: 0,
    stdout: '',
    stderr: 'new.db: 2,000 events, 1 session, 0 gaps recovered\n',
  });
  expect(filesAt(path)).toEqual(['new.db', 'night.db']);
});

test('what is missing is told, and ends with 1; the new capture is whole and tells it as well', async () => {
  lose('"n":1000}');
  const { code, stdout, stderr } = await repair();
  expect([code, stdout]).toEqual([1, '']);
  const [, first, last] = /^ {2}missing: events (\d+) to (\d+)$/m.exec(stderr) ?? [];
  expect(Number(first)).toBeLessThanOrEqual(1_000);
  expect(Number(last)).toBeGreaterThanOrEqual(1_000);
  expect(stderr).toContain('  1 page that should hold something could not be read\n');
  expect((await docktape(['verify', 'new.db'], {}, folder)).code).toBe(0);
  expect((await docktape(['stats', 'new.db'], {}, folder)).stdout).toContain(
    `events were lost (the file was damaged: events ${first} to ${last} could not be recovered)`,
  );
});

test('a replay that comes upon damage names both commands', async () => {
  // Too large to be checked before the first event.
  await record(
    path,
    Array.from({ length: 9_000 }, (_, n) => [`{"Type":"image","n":${n},"pad":"${'x'.repeat(600)}"}`, 1n]),
  );
  lose('"n":8000,');
  const { code, stderr } = await docktape(['show', 'night.db'], {}, folder);
  expect(code).toBe(2);
  expect(stderr).toContain('`docktape verify` says more, `docktape repair` saves what can be read');
});

test('JSON tells all of it, and quiet nothing', async () => {
  lose('"n":1000}');
  const { code, stdout, stderr } = await repair('--json');
  expect([code, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({ sessions: 1, losses: [{ certain: true }], lostPages: 1, log: 'none' });
  expect(await docktape(['repair', 'night.db', 'other.db', '-q'], {}, folder)).toEqual({
    code: 1,
    stdout: '',
    stderr: '',
  });
});

test('what holds nothing ends with 2 and leaves nothing', async () => {
  writeFileSync(path, 'text');
  expect(await repair()).toEqual({
    code: 2,
    stdout: '',
    stderr: 'docktape: night.db has nothing in it that docktape has written: there is nothing to recover\n',
  });
  expect(filesAt(path)).toEqual(['night.db']);
});
