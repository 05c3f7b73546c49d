import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CaptureWriter, type WriterOptions } from '#docktape/capture/writer.js';
import { StreamCounter } from '#docktape/docker/stream-figures.js';
import { Recorder } from '#docktape/recorder/recorder.js';
import { eventually } from '../../support/eventually.js';
import { SmallDisk } from '../../support/small-disk.js';
import { batchOfEvents, type Event, filesAt, reading, record } from '../support/captures.js';

/** Some neighbours have the same one. */
const contextOf = (number: number) => `{"host":{"name":"host ${number >> 3}"}}`;

/** Events of 600 bytes from `first` on, with contexts. */
function large(count: number, first = 0): Event[] {
  return Array.from(
    { length: count },
    (_, index): Event => [
      `{"n":${first + index},"pad":"${'x'.repeat(580)}"}`,
      BigInt(first + index + 1),
      contextOf(first + index),
    ],
  );
}

/** What a capture holds: the numbers of its events, each of which has its own context; docktape's own events as text. */
function numbersIn(path: string): (number | string)[] {
  return reading(path, (reader) =>
    [...reader.events()].map(({ payload, context }) => {
      const event = JSON.parse(payload.toString()) as { n?: number; Action?: string };
      expect(context?.toString()).toBe(event.n === undefined ? undefined : contextOf(event.n));
      return event.n ?? String(event.Action);
    }),
  );
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe.runIf(SmallDisk.canBeMade)('a disk that is full', { timeout: 30_000 }, () => {
  let disk: SmallDisk;
  let path: string;
  let logs: string[];

  beforeEach(() => {
    disk = new SmallDisk('8m');
    path = join(disk.folder, 'night.db');
    logs = [];
  });
  afterEach(() => disk.remove());

  const open = (options: WriterOptions = {}) =>
    CaptureWriter.open(
      path,
      { how: 'record' },
      { ...options, log: (severity, text) => logs.push(`${severity}: ${text}`) },
    );

  test('is an error that says what is kept, and the capture can be read', async () => {
    const writer = await open();
    writer.write(batchOfEvents(large(1_000)));
    await eventually(() => writer.figures.committed).toBe(1_000);
    disk.fill();
    writer.write(batchOfEvents(large(2_500, 1_000)));
    const error: Error = await writer.failed.catch((reason) => reason);
    const { committed } = writer.figures;
    expect(committed).toBeGreaterThanOrEqual(1_000);
    expect(error.message).toBe(
      `${path} cannot grow, because the disk is full: free some space; what was committed is kept (${(3_500 - committed).toLocaleString('en-US')} events could not be committed)`,
    );
    await writer.abort();
    expect(numbersIn(path)).toEqual(upTo(committed));
    disk.free();
    expect(await record(path, large(1))).toMatchObject({ session: 2, hasSideFiles: false });
    expect(filesAt(path)).toEqual(['night.db']);
  });

  test('is waited for with retry, and nothing is lost or repeated', async () => {
    const writer = await open({ retry: true });
    writer.write(batchOfEvents(large(1_500)));
    disk.fill();
    for (let first = 1_500; first < 3_000; first += 50) writer.write(batchOfEvents(large(50, first)));
    await expect
      .poll(() => writer.figures.problem)
      .toBe(`${path} cannot grow, because the disk is full: free some space; what was committed is kept`);
    const { committed } = writer.figures;
    expect(committed).toBeLessThan(3_000);
    expect(numbersIn(path)).toEqual(upTo(committed));
    disk.free();
    await eventually(() => writer.figures.committed).toBe(3_000);
    expect(writer.figures).toMatchObject({ queuedBytes: 0, problem: undefined });
    expect(await writer.close()).toMatchObject({ events: 3_000, hasSideFiles: false });
    expect(numbersIn(path)).toEqual(upTo(3_000));
    expect(logs.map((log) => log.replace(path, 'PATH'))).toEqual([
      'warning: PATH cannot grow, because the disk is full: free some space; what was committed is kept: it is tried each second, and events are kept in memory meanwhile',
      'info: PATH is written again',
    ]);
  });

  test('that stays full ends a recording with an error when it is closed', async () => {
    const writer = await open({ retry: true });
    disk.fill();
    writer.write(batchOfEvents(large(3_000)));
    await eventually(() => writer.figures.problem).toContain('the disk is full');
    const { committed } = writer.figures;
    await expect(writer.close()).rejects.toThrow(`(${(3_000 - committed).toLocaleString('en-US')} events could not`);
    expect(numbersIn(path)).toEqual(upTo(committed));
  });

  test('costs exactly what does not fit the memory, and that is recorded as a gap in its place', async () => {
    const writer = await open({ retry: true });
    const counter = new StreamCounter();
    const recorder = new Recorder(writer, { endpoint: 'unix:///fake', counter, queueBytes: 200_000 });
    recorder.lines(batchOfEvents(large(500)));
    await eventually(() => writer.figures.committed).toBe(500);
    disk.fill();
    let sent = 500;
    while (recorder.dropped < 300) {
      recorder.lines(batchOfEvents(large(100, sent)));
      sent += 100;
      if (sent === 600) await eventually(() => writer.figures.problem).toContain('the disk is full');
    }
    const dropped = recorder.dropped;
    const firstLost = sent - dropped;
    disk.free();
    await eventually(() => writer.figures.queuedBytes).toBe(0);
    recorder.lines(batchOfEvents(large(100, sent)));
    await writer.close();
    expect(numbersIn(path)).toEqual([...upTo(firstLost), 'gap', ...upTo(sent + 100).slice(sent)]);
    const gap = reading(path, (reader) => [...reader.events()][firstLost]?.payload.toString()) ?? '';
    expect(JSON.parse(gap)).toMatchObject({
      Actor: { Attributes: { loss: 'certain', dropped: String(dropped), reason: 'the capture could not be written' } },
    });
    // It begins when the first of them happened, though they came later.
    const from = BigInt(firstLost + 1);
    expect(reading(path, (reader) => reader.gaps())).toMatchObject([{ afterSeq: firstLost, from, certain: true }]);
    expect(counter.figures).toMatchObject({ events: firstLost + 100, dropped, gapsCertain: 1 });
    console.log(`full disk: ${firstLost} events kept, ${dropped} dropped and counted, none unaccounted for`);
  });

  test('keeps a rotation waiting, which goes on when there is room', async () => {
    const writer = await open({ retry: true, rotation: { every: { bytes: 1_000_000 } } });
    writer.write(batchOfEvents(large(1_000)));
    await eventually(() => writer.figures.committed).toBe(1_000);
    disk.fill(1);
    writer.write(batchOfEvents(large(1_000, 1_000)));
    await eventually(() => writer.figures.problem).toContain('the disk is full');
    disk.free();
    await eventually(() => writer.figures.committed).toBe(2_000);
    await writer.close();
    const names = filesAt(path);
    expect(names.at(-1)).toBe('night.db');
    expect(names.length).toBeGreaterThan(1);
    expect(names.flatMap((name) => numbersIn(join(disk.folder, name)))).toEqual(upTo(2_000));
  });
});

describe.runIf(SmallDisk.canBeMade)('a file system that is read-only', () => {
  let disk: SmallDisk;
  let path: string;

  beforeEach(() => {
    disk = new SmallDisk('4m');
    path = join(disk.folder, 'night.db');
  });
  afterEach(() => disk.remove());

  test.each(['new', 'existing'])('takes no recording, %s or not', async (kind) => {
    if (kind === 'existing') await record(path, large(1));
    disk.makeReadOnly();
    const fix = 'is on a read-only file system: use another one';
    await expect(CaptureWriter.open(path, { how: 'record' })).rejects.toThrow(`${path} ${fix}`);
    if (kind === 'existing') expect(numbersIn(path)).toEqual([0]);
  });

  test('lets a capture be read that its recorder never closed, with the files it left', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(large(10)));
    await eventually(() => writer.figures.committed).toBe(10);
    const other = new SmallDisk('4m');
    try {
      // As after a SIGKILL, of which the files know as little.
      const left = ['', '-wal', '-shm'].map((suffix) => `night.db${suffix}`);
      for (const name of left) copyFile(disk, other, name);
      other.makeReadOnly();
      expect(numbersIn(join(other.folder, 'night.db'))).toEqual(upTo(10));
    } finally {
      other.remove();
    }
    await writer.close();
  });

  test('says what to do when one of those files is missing', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(large(10)));
    await eventually(() => writer.figures.committed).toBe(10);
    const other = new SmallDisk('4m');
    const copy = join(other.folder, 'night.db');
    try {
      for (const name of ['night.db', 'night.db-wal']) copyFile(disk, other, name);
      other.makeReadOnly();
      expect(() => numbersIn(copy)).toThrow(
        `${copy} was not closed by its recorder, and reading it then needs write permission in its folder: copy it together with ${copy}-wal to a folder of yours`,
      );
    } finally {
      other.remove();
    }
    await writer.close();
  });
});

function copyFile(from: SmallDisk, to: SmallDisk, name: string): void {
  cpSync(join(from.folder, name), join(to.folder, name));
}
