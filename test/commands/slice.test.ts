import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Event, filesAt, freshPath, reading, record } from '../capture/support/captures.js';
import { Docktape, docktape } from '../support/docktape.js';

let path: string;
let folder: string;

const actions = ['create', 'start', 'die', 'destroy'];

function containerEvents(count: number): Event[] {
  return Array.from({ length: count }, (_, index): Event => {
    const time = 1_700_000_000 + index;
    const action = actions[index % actions.length];
    return [`{"Type":"container","Action":"${action}","time":${time}}`, BigInt(time) * 1_000_000_000n];
  });
}

beforeEach(() => {
  path = freshPath();
  folder = dirname(path);
});

const slice = (...args: string[]) => docktape(['slice', ...args], {}, folder);

test('the selected events are a capture, and keep their numbers', async () => {
  await record(path, containerEvents(12));
  expect(await slice('night.db', 'new.db', '--since', '1700000002', '--where', 'docker.action = die')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'new.db: 3 events (162 bytes) of 1 session\n',
  });
  const { stdout } = await docktape(['show', 'new.db', '--format', '%evt.num %docker.action'], {}, folder);
  expect(stdout).toBe('1 die\n2 die\n3 die\n');
  reading(join(folder, 'new.db'), (reader) => {
    expect([...reader.events()].map(({ seq }) => seq)).toEqual([3, 7, 11]);
    expect(reader.sessions()[0]?.condition).toBe('docker.action = die');
  });
});

test('a wrong condition, and nothing selected, leave nothing', async () => {
  await record(path, containerEvents(3));
  expect(await slice('night.db', 'new.db', '--where', 'docker.nothing = 1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('docker.nothing'),
  });
  expect(await slice('night.db', 'new.db', '--until', '1')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'docktape: night.db has no such events: nothing was written\n',
  });
  expect(await slice('night.db', 'night.db')).toMatchObject({
    code: 2,
    stderr: 'docktape: night.db exists, and is not overwritten: choose another name\n',
  });
  expect(filesAt(path)).toEqual(['night.db']);
});

test('Ctrl-C leaves nothing', async () => {
  await record(path, containerEvents(300_000));
  const child = new Docktape(['slice', 'night.db', 'new.db'], {}, folder);
  while (!existsSync(join(folder, 'new.db-partial'))) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  expect(await child.ended()).toMatchObject({
    code: 130,
    stdout: '',
    stderr: expect.stringContaining('docktape: interrupted, new.db is not written\n'),
  });
  expect(filesAt(path)).toEqual(['night.db']);
});
