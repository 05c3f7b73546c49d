import { copyFileSync, existsSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { CaptureWriter, type WriterOptions } from '#docktape/capture/writer.js';
import { closedCaptures, closedName } from '#docktape/capture/writing/closed-captures.js';
import { eventually } from '../../support/eventually.js';
import {
  batchOfEvents,
  type Event,
  filesAt,
  freshPath,
  numbered,
  reading,
  record,
  tamper,
} from '../support/captures.js';

const SECOND = 1_000_000_000n;
const start = 1_700_000_000n * SECOND; // 2023-11-14T22:13:20Z

const contextOf = (number: number) => `{"host":{"name":"host ${number % 10}"}}`;

/** Events of 600 bytes with contexts, the first of which is number `first`. */
function large(count: number, first: number): Event[] {
  return Array.from(
    { length: count },
    (_, index): Event => [
      `{"n":${first + index},"pad":"${'x'.repeat(580)}"}`,
      BigInt(first + index),
      contextOf(first + index),
    ],
  );
}

/** The times of events, each of which has its own context if it has one. */
function timesIn(path: string): number[] {
  return reading(path, (reader) =>
    [...reader.events()].map(({ ts, context }) => {
      if (context) expect(context.toString()).toBe(contextOf(Number(ts)));
      return Number(ts);
    }),
  );
}
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The closed captures and the current one, in the order of the stream. */
const allAt = (path: string) => [...closedCaptures(path).map((closed) => closed.path), path];

async function rotating(path: string, options: WriterOptions): Promise<{ writer: CaptureWriter; logs: string[] }> {
  const logs: string[] = [];
  const log = (severity: string, text: string) => logs.push(`${severity}: ${text}`);
  return { writer: await CaptureWriter.open(path, { how: 'record', hostName: 'ci' }, { ...options, log }), logs };
}

/** Puts captures beside `path` as a rotation has left them, one event each, begun and ended at these seconds after the start. */
async function closedAt(path: string, ...seconds: bigint[]): Promise<string[]> {
  const names: string[] = [];
  for (const second of seconds) {
    const name = closedName(path, start + second * SECOND);
    await record(name, numbered(1));
    tamper(name, (database) => database.exec(`UPDATE sessions SET ended = ${start + second * SECOND}`));
    names.push(name);
  }
  return names;
}

describe('a recording by size', { timeout: 30_000 }, () => {
  test('becomes several captures, each of them whole, and loses nothing between them', async () => {
    const path = freshPath();
    const { writer, logs } = await rotating(path, { rotation: { every: { bytes: 1_000_000 } } });
    writer.daemon({ endpoint: 'unix:///fake', daemonId: 'FAKE' });
    for (let first = 1; first <= 10_000; first += 125) writer.write(batchOfEvents(large(125, first)));
    writer.gap({ reason: 'at the end', certain: false });
    const summary = await writer.close();
    expect(summary).toMatchObject({ events: 10_000, gaps: 1, hasSideFiles: false });
    expect(writer.figures).toMatchObject({ committed: 10_000, queuedBytes: 0 });

    const captures = allAt(path);
    expect(captures.length).toBeGreaterThan(4);
    expect(readdirSync(dirname(path)).sort()).toEqual(
      captures.map((capture) => capture.slice(dirname(path).length + 1)).sort(),
    );
    expect(captures.flatMap(timesIn)).toEqual(upTo(10_000));
    for (const capture of captures) {
      expect(reading(capture, (reader) => reader.sessions())).toMatchObject([
        { id: 1, clean: true, hostName: 'ci', endpoint: 'unix:///fake', daemonId: 'FAKE' },
      ]);
      tamper(capture, (database) => expect(database.pragma('journal_mode')).toBe('delete'));
    }
    const sizes = captures.slice(0, -1).map((capture) => statSync(capture).size);
    for (const size of sizes) expect(size).toBeGreaterThanOrEqual(1_000_000);
    for (const size of sizes) expect(size).toBeLessThan(2_500_000);
    expect(logs.length).toBe(sizes.length);
    expect(logs[0]).toMatch(/^info: closed night-\d{8}T\d{6}Z\.db with [\d,]+ events$/);
  });

  test('leaves a capture that already is larger behind', async () => {
    const path = freshPath();
    await record(path, large(5_000, 1));
    const { writer } = await rotating(path, { rotation: { every: { bytes: 1_000_000 } } });
    writer.write(batchOfEvents(large(10, 5_001)));
    await eventually(() => closedCaptures(path).length).toBe(1);
    writer.write(batchOfEvents(large(10, 5_011)));
    await writer.close();
    expect(allAt(path).map((capture) => timesIn(capture).length)).toEqual([5_010, 10]);
  });

  test('does not go on for ever when a capture without events is larger than the size', async () => {
    const path = freshPath();
    const { writer } = await rotating(path, { rotation: { every: { bytes: 1_024 } } });
    for (let first = 1; first <= 3; first += 1) {
      writer.write(batchOfEvents(numbered(1, first)));
      await eventually(() => closedCaptures(path).length).toBe(first);
    }
    await writer.close();
    expect(allAt(path).map(timesIn)).toEqual([[1], [2], [3], []]);
  });

  test('goes on in the folder of the file when the path is a link', async () => {
    const target = freshPath();
    const link = freshPath('link.db');
    writeFileSync(target, '');
    symlinkSync(target, link);
    const { writer } = await rotating(link, { rotation: { every: { bytes: 1_024 } } });
    writer.write(batchOfEvents(numbered(1)));
    await eventually(() => closedCaptures(target).length).toBe(1);
    writer.write(batchOfEvents(numbered(1, 2)));
    await eventually(() => closedCaptures(target).length).toBe(2);
    await writer.close();
    expect(filesAt(link)).toEqual(['link.db']);
    expect(allAt(target).map(timesIn)).toEqual([[1], [2], []]);
  });
});

describe('a recording by age', { timeout: 30_000 }, () => {
  test('begins a new capture also when nothing happens', async () => {
    const path = freshPath();
    const { writer } = await rotating(path, { rotation: { every: { age: SECOND / 5n } } });
    await eventually(() => closedCaptures(path).length).toBeGreaterThan(1);
    await writer.close();
    for (const capture of allAt(path)) expect(reading(capture, (reader) => reader.sessions().length)).toBe(1);
  });

  test('counts the age from when the capture was begun, by whomever', async () => {
    const path = freshPath();
    await record(path, numbered(1));
    tamper(path, (database) => database.exec(`UPDATE sessions SET started = ${start}`));
    const { writer } = await rotating(path, { rotation: { every: { age: 3_600n * SECOND } } });
    await eventually(() => filesAt(path)).toContain('night-20231114T221320Z.db');
    writer.write(batchOfEvents(numbered(1, 2)));
    await writer.close();
    expect(allAt(path).map(timesIn)).toEqual([[1], [2]]);
  });
});

test('a closed capture never takes the name of a file', async () => {
  const path = freshPath();
  expect(closedName(path, start)).toBe(path.replace(/\.db$/, '-20231114T221320Z.db'));
  const names = Array.from({ length: 11 }, () => {
    const name = closedName(path, start);
    writeFileSync(name, '');
    return name;
  });
  expect(names[10]).toBe(path.replace(/\.db$/, '-20231114T221320Z-11.db'));
  writeFileSync(path.replace(/\.db$/, '-20231114T221320Z-x.db'), '');
  writeFileSync(path.replace(/\.db$/, '-20231114T221320Z.txt'), '');
  expect(closedCaptures(path).map((closed) => closed.path)).toEqual(names);
  expect(closedName('/captures/night', start)).toBe('/captures/night-20231114T221320Z');
});

describe('while someone reads the capture', { timeout: 30_000 }, () => {
  test('it is not closed, and said so once; it is as soon as they have gone', async () => {
    const path = freshPath();
    await record(path, numbered(1));
    const { writer, logs } = await rotating(path, { rotation: { every: { bytes: 1_024 } } });
    const reader = CaptureReader.open(path);
    reader.count();
    writer.write(batchOfEvents(numbered(1, 2)));
    await eventually(() => logs).toEqual([`warning: ${path} is due to be closed, and will be once nobody reads it`]);
    writer.write(batchOfEvents(numbered(1, 3)));
    await eventually(() => writer.figures.committed).toBe(2);
    expect(closedCaptures(path)).toEqual([]);
    reader.close();
    await eventually(() => closedCaptures(path).length).toBe(1);
    writer.write(batchOfEvents(numbered(1, 4)));
    await writer.close();
    expect(allAt(path).flatMap(timesIn)).toEqual([1, 2, 3, 4]);
    expect(logs).toEqual([expect.stringContaining('warning: '), expect.stringContaining('info: closed ')]);
  });

  test('a second writer is refused, before and after a capture was closed', async () => {
    const path = freshPath();
    const { writer } = await rotating(path, { rotation: { every: { bytes: 1_024 } } });
    for (const closed of [0, 1, 2]) {
      await eventually(() => closedCaptures(path).length).toBe(closed);
      await expect(CaptureWriter.open(path, { how: 'record' })).rejects.toThrow(
        `${path} is being written by another docktape: wait for it, or use another file`,
      );
      writer.write(batchOfEvents(numbered(1, closed + 1)));
    }
    await writer.close();
    expect(allAt(path).flatMap(timesIn)).toEqual([1, 2, 3]);
  });
});

describe('what is kept', { timeout: 30_000 }, () => {
  test('by size is the newest', async () => {
    const path = freshPath();
    const names = await closedAt(path, 0n, 1n, 2n, 3n);
    const { size } = statSync(names[0] as string);
    const { writer, logs } = await rotating(path, {
      rotation: { every: { bytes: 1_024 }, keep: { bytes: 3 * size + 10 } },
    });
    writer.write(batchOfEvents(numbered(1)));
    await eventually(() => logs).toHaveLength(3);
    await writer.close();
    expect(names.map((name) => existsSync(name))).toEqual([false, false, true, true]);
    expect(closedCaptures(path)).toHaveLength(3);
    expect(logs.slice(1)).toEqual([
      'info: removed night-20231114T221320Z.db',
      'info: removed night-20231114T221321Z.db',
    ]);
  });

  test('by age is what ended since, whenever it was begun', async () => {
    const path = freshPath();
    const names = await closedAt(path, 0n, 1n, 2n);
    tamper(names[1] as string, (database) =>
      database.exec(`UPDATE sessions SET ended = ${BigInt(Date.now()) * 1_000_000n}`),
    );
    const { writer, logs } = await rotating(path, {
      rotation: { every: { bytes: 1_024 }, keep: { age: 600n * SECOND } },
    });
    writer.write(batchOfEvents(numbered(1)));
    await eventually(() => logs).toHaveLength(2);
    await writer.close();
    expect(names.map((name) => existsSync(name))).toEqual([false, true, true]);
  });

  test('is everything that is no capture of this name, or is just being written', async () => {
    const path = freshPath();
    const [first, second] = (await closedAt(path, 0n, 1n)) as [string, string];
    writeFileSync(path.replace('.db', '-20200101T000000Z.db'), 'a text');
    copyFileSync(first, path.replace('night.db', 'other-20200101T000000Z.db'));
    copyFileSync(first, path.replace('night.db', 'night-20200101.db'));
    const importer = await CaptureWriter.open(second, { how: 'import' });
    const { writer, logs } = await rotating(path, { rotation: { every: { bytes: 1_024 }, keep: { bytes: 1_024 } } });
    writer.write(batchOfEvents(numbered(1)));
    await eventually(() => logs.length).toBe(5);
    await importer.close();
    await writer.close();
    expect(filesAt(path)).toEqual([
      'night-20200101.db',
      'night-20200101T000000Z.db',
      'night-20231114T221321Z.db',
      'night.db',
      'other-20200101T000000Z.db',
    ]);
    expect(logs.slice(1, 4).map((log) => log.replaceAll(dirname(path), ''))).toEqual([
      'info: removed night-20231114T221320Z.db',
      expect.stringMatching(/^info: removed night-\d{8}T\d{6}Z\.db$/),
      'warning: /night-20200101T000000Z.db is not removed: /night-20200101T000000Z.db is not a capture: it is no SQLite file',
    ]);
    expect(logs[4]).toContain('is being written by another docktape');
  });
});

test('a crash between two steps of a rotation is nothing to the next recorder', async () => {
  const path = freshPath();
  // Closed, and not moved yet: it goes on there. Moved, and the next one not begun: that is a new one.
  await record(path, numbered(1));
  await record(path, numbered(1, 2));
  renameSync(path, join(dirname(path), 'night-20231114T221320Z.db'));
  const { writer } = await rotating(path, { rotation: { every: { bytes: 1_000_000 } } });
  writer.write(batchOfEvents(numbered(1, 3)));
  await writer.close();
  expect(allAt(path).map(timesIn)).toEqual([[1, 2], [3]]);
});
