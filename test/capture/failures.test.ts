import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '#docktape/capture/database.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { eventually } from '../support/eventually.js';
import { batchOfEvents, filesAt, freshPath, numbered, reading, record } from './support/captures.js';

const child = fileURLToPath(new URL('./support/writing-child.mjs', import.meta.url));

/** Writes until `after` says that it goes wrong; what the next calls say then. */
async function failureOf(writer: CaptureWriter, after: () => void): Promise<Error> {
  writer.write(batchOfEvents(numbered(5)));
  await eventually(() => writer.figures.committed).toBe(5);
  after();
  writer.write(batchOfEvents(numbered(2_000)));
  const error: Error = await writer.failed.catch((reason) => reason);
  expect(() => writer.write(batchOfEvents(numbered(1)))).toThrow(error);
  await expect(writer.drained()).rejects.toBe(error);
  await expect(writer.close()).rejects.toBe(error);
  await writer.abort();
  return error;
}

describe('opening for writing', () => {
  test.each<[string, (path: string) => void, string]>([
    [
      'another SQLite database',
      (path) => openDatabase(path, {}).exec('CREATE TABLE t (x)').close(),
      'is not a capture: it is another SQLite database',
    ],
    [
      'a text',
      (path) => writeFileSync(path, 'a text that is no database, of some length '.repeat(20)),
      'is not a capture: it is no SQLite file',
    ],
    ['a folder', (path) => mkdirSync(path), 'is a folder, not a capture'],
  ])('%s is refused and left as it is', async (_, make, message) => {
    const path = freshPath();
    make(path);
    await expect(CaptureWriter.open(path, { how: 'record' })).rejects.toMatchObject({
      code: 'CAPTURE',
      message: `${path} ${message}`,
    });
    expect(filesAt(path)).toEqual(['night.db']);
  });

  test('a folder that is not there is named', async () => {
    const path = `${freshPath()}/none/night.db`;
    await expect(CaptureWriter.open(path, { how: 'record' })).rejects.toThrow(
      `${path} cannot be made: its folder does not exist`,
    );
  });

  test.each([':memory:', 'file:x?mode=memory'])('%s is the name of a file', async (name) => {
    const path = freshPath(name);
    await record(path, numbered(2));
    expect(filesAt(path)).toEqual([name]);
    expect(reading(path, (reader) => reader.count())).toBe(2);
  });
});

describe('while it is written', () => {
  test('a file that is removed is told', async () => {
    const path = freshPath();
    const error = await failureOf(await CaptureWriter.open(path, { how: 'record' }), () => rmSync(path));
    const problem = 'was removed or replaced while it was being written: start again';
    expect(error.message).toBe(`${path} ${problem} (2,000 events could not be committed)`);
    await record(path, numbered(1));
    expect(filesAt(path)).toEqual(['night.db']);
  });

  test('a file that is replaced is told', async () => {
    const path = freshPath();
    await record(path, numbered(1));
    const writer = await CaptureWriter.open(path, { how: 'record' });
    const error = await failureOf(writer, () => {
      writeFileSync(`${path}.new`, 'something else');
      renameSync(`${path}.new`, path);
    });
    expect(error.message).toContain('was removed or replaced');
  });

  test('a disk that is full is told, and what was committed stays', () => {
    const path = freshPath();
    // A limit on the size of files does what a full disk does, for this process alone. It is in blocks of 1 KiB or 512 bytes.
    const limited = `trap '' XFSZ; ulimit -f 6000; exec "$0" "$@"`;
    const { stdout } = spawnSync('sh', ['-c', limited, process.execPath, child, path], {
      encoding: 'utf8',
      timeout: 25_000,
    });
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toMatch(/^CAPTURE: .*night\.db cannot (grow|be written)/);
    const batches = lines.length - 1;
    expect(batches).toBeGreaterThan(0);
    const count = reading(path, (reader) => reader.count());
    expect(count).toBeGreaterThanOrEqual(batches * 1_000 - 1_000);
    expect(count % 1_000).toBe(0);
  });
});

describe('a recorder that is killed', () => {
  test('loses nothing that was committed, and the next one goes on', async () => {
    const path = freshPath();
    const batches = await killAfter(3, path);
    expect(filesAt(path)).toContain('night.db-wal');

    const count = reading(path, (reader) => reader.count());
    expect(count).toBeGreaterThanOrEqual(batches * 1_000);
    expect(reading(path, (reader) => reader.sessions())).toMatchObject([{ id: 1, clean: false }]);
    expect(reading(path, (reader) => reader.sessions()[0])).not.toHaveProperty('ended');

    expect(await record(path, numbered(1))).toMatchObject({ session: 2, hasSideFiles: false });
    expect(filesAt(path)).toEqual(['night.db']);
    expect(reading(path, (reader) => reader.count())).toBe(count + 1);
  });

  test('leaves a capture that can be copied with its log', async () => {
    const path = freshPath();
    const batches = await killAfter(2, path);
    const copy = freshPath();
    for (const suffix of ['', '-wal']) cpSync(`${path}${suffix}`, `${copy}${suffix}`);
    expect(reading(copy, (reader) => reader.count())).toBeGreaterThanOrEqual(batches * 1_000);
  });
});

/** Kills a recorder once so many thousand events are committed; gives back how many it told of. */
async function killAfter(wanted: number, path: string): Promise<number> {
  const recorder: ChildProcess = spawn(process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = 0;
  recorder.stdout?.on('data', (chunk: Buffer) => {
    told += chunk.toString().split('BATCH').length - 1;
    if (told >= wanted) recorder.kill('SIGKILL');
  });
  const [, signal] = await once(recorder, 'close');
  expect(signal).toBe('SIGKILL');
  return told;
}
