import { dirname } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { filesAt, freshPath, numbered, record } from '../capture/support/captures.js';
import { docktape, projectPath } from '../support/docktape.js';

let path: string;
let folder: string;

beforeEach(() => {
  path = freshPath();
  folder = dirname(path);
});

const merge = (...args: string[]) => docktape(['merge', ...args], {}, folder);

test('recorded captures become one, whose sessions can be replayed apart', async () => {
  const [exec, run] = [projectPath('captures/exec.db'), projectPath('captures/run-and-exit.db')];
  expect(await merge(exec, run, 'all.db')).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^all\.db: 75 events \(\d+\.\d KiB\) of 2 sessions\n$/),
  });
  const shown = async (capture: string, ...args: string[]) =>
    (await docktape(['show', capture, '--json', ...args], {}, folder)).stdout;
  expect(await shown('all.db')).toBe((await shown(exec)) + (await shown(run)));
  expect(await shown('all.db', '--session', '2')).toBe(await shown(run));
});

test('too few, one that is named twice, and one that is there are refused', async () => {
  await record(path, numbered(3));
  expect(await merge('night.db', 'new.db')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'docktape: night.db alone needs no merge: name two captures or more, and the one to make\n',
  });
  expect(await merge('night.db', './night.db', 'new.db')).toMatchObject({
    code: 2,
    stderr: 'docktape: ./night.db is the same capture as night.db: name each once\n',
  });
  expect(await merge('night.db', projectPath('captures/exec.db'), 'night.db')).toMatchObject({
    code: 2,
    stderr: 'docktape: night.db exists, and is not overwritten: choose another name\n',
  });
  expect(filesAt(path)).toEqual(['night.db']);
});

test.each(['slice', 'merge', 'verify', 'repair'])('%s --help has examples', async (command) => {
  const { code, stdout } = await docktape([command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain(`  docktape ${command} `);
});
