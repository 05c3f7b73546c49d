import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { repairCapture } from '#docktape/capture/repair/repair.js';
import { verifyCapture } from '#docktape/capture/verify/verify.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { projectPath } from '../../support/docktape.js';
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

const PAGE_SIZE = 16_384;

let path: string;
let out: string;

beforeEach(() => {
  path = freshPath();
  out = freshPath('new.db');
});

/** Events of which a page holds about forty. */
function padded(count: number, first = 1): Event[] {
  return numbered(count, first).map(([payload, ts]) => [
    payload.toString().replace('}', `,"pad":"${'x'.repeat(380)}"}`),
    ts,
  ]);
}

const seqsOf = (file: string) => reading(file, (reader) => [...reader.events()].map(({ seq }) => seq));
const linesOf = (file: string) =>
  reading(file, (reader) => [...reader.pages()].map(({ bytes }) => bytes.toString()).join(''));

/** Changes the file's bytes. */
function damage(work: (bytes: Buffer) => void, file = path): void {
  const bytes = readFileSync(file);
  work(bytes);
  writeFileSync(file, bytes);
}

/** The page that has this payload, the first being 1. */
function pageWith(payload: string): number {
  return Math.floor(readFileSync(path).indexOf(payload) / PAGE_SIZE) + 1;
}

async function isWhole(file: string): Promise<void> {
  expect((await verifyCapture(file)).problems).toEqual([]);
}

/** Two sessions with all that a session tells, and gaps. */
async function recordAll(): Promise<void> {
  for (const [host, first] of [
    ['one', 1],
    ['two', 301],
  ] as const) {
    const writer = await CaptureWriter.open(path, {
      how: 'record',
      started: BigInt(first),
      endpoint: `tcp://${host}:2375`,
      daemonId: 'ABCD',
      engineVersion: '26.1',
      apiVersion: '1.45',
      hostName: host,
      condition: 'evt.num > 0',
      redaction: 'label token',
    });
    writer.write(batchOfEvents(padded(300, first)));
    writer.gap({ reason: `a nap of ${host}`, certain: true, from: 5n });
    await writer.close();
  }
}

describe('what is not damaged', () => {
  test('is recovered as it is: events, sessions, gaps', async () => {
    await recordAll();
    const report = await repairCapture(path, out);
    expect(report).toEqual({
      events: 600,
      lostContexts: 0,
      sessions: 2,
      gaps: 2,
      losses: [],
      invented: [],
      reassigned: 0,
      damagedRows: 0,
      lostPages: 0,
      duplicates: 0,
      log: 'none',
    });
    expect(linesOf(out)).toBe(linesOf(path));
    reading(path, (source) =>
      reading(out, (reader) => {
        expect(reader.sessions()).toEqual(source.sessions());
        expect(reader.gaps()).toEqual(source.gaps());
      }),
    );
    expect(statSync(out).mode & 0o777).toBe(0o600);
    await isWhole(out);
  });

  test('is recovered of a capture of format 1, and of pages of another size', async () => {
    copyFileSync(projectPath('captures/run-and-exit.db'), path);
    tamper(path, (database) => {
      database.pragma('page_size = 1024');
      database.exec('VACUUM');
    });
    expect(await repairCapture(path, out)).toMatchObject({ events: 52, sessions: 1, losses: [], damagedRows: 0 });
    expect(linesOf(out)).toBe(linesOf(projectPath('captures/run-and-exit.db')));
    // The same without the header, which says the size.
    damage((bytes) => bytes.fill(0, 0, 100));
    const again = freshPath('again.db');
    expect(await repairCapture(path, again)).toMatchObject({ events: 52, sessions: 1, losses: [] });
    expect(linesOf(again)).toBe(linesOf(out));
  });

  test('in the log of a recorder that was killed is recovered, and the log is left alone', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(padded(3_000)));
    while (reading(path, (reader) => reader.count()) < 3_000) await new Promise((resolve) => setTimeout(resolve, 20));
    const killed = freshPath('killed.db');
    for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${killed}${suffix}`);
    await writer.close();
    const log = readFileSync(`${killed}-wal`);
    expect(await repairCapture(killed, out)).toMatchObject({ events: 3_000, sessions: 1, losses: [], log: 'applied' });
    expect(linesOf(out)).toBe(linesOf(path));
    expect(readFileSync(`${killed}-wal`).equals(log)).toBe(true);
    expect(filesAt(killed)).toEqual(['killed.db', 'killed.db-wal']);

    // A frame in the middle that changed costs what it held, and not what follows.
    const frame = Math.floor((log.length - 32) / (24 + PAGE_SIZE) / 2);
    damage(
      (bytes) => bytes.fill(0xff, 32 + frame * (24 + PAGE_SIZE) + 9_000, 32 + frame * (24 + PAGE_SIZE) + 9_100),
      `${killed}-wal`,
    );
    const again = freshPath('again.db');
    const report = await repairCapture(killed, again);
    expect(report.log).toBe('damaged');
    expect(report.events).toBeGreaterThan(2_900);
    expect(seqsOf(again).at(-1)).toBe(3_000);
    await isWhole(again);
  });
});

describe('what is missing', () => {
  test('is told with its numbers, and is a gap with the times around it', async () => {
    await recordAll();
    const page = pageWith('"n":200,');
    damage((bytes) => bytes.fill(0, (page - 1) * PAGE_SIZE, page * PAGE_SIZE));
    const report = await repairCapture(path, out);
    const seqs = new Set(seqsOf(out));
    const lost = Array.from({ length: 600 }, (_, index) => index + 1).filter((seq) => !seqs.has(seq));
    expect(lost).toContain(200);
    const [first, last] = [lost[0] ?? 0, lost.at(-1) ?? 0];
    expect(lost).toHaveLength(last - first + 1);
    expect(report).toMatchObject({ losses: [{ first, last, certain: true }], events: 600 - lost.length, lostPages: 1 });
    expect(reading(out, (reader) => reader.gaps()[0])).toEqual({
      session: 1,
      afterSeq: first - 1,
      from: BigInt(first - 1),
      to: BigInt(last + 1),
      reason: `the file was damaged: events ${first} to ${last} could not be recovered`,
      certain: true,
    });
    await isWhole(out);
  });

  test('at the end is known from the index', async () => {
    await recordAll();
    const page = pageWith('"n":600,');
    damage((bytes) => bytes.fill(0, (page - 1) * PAGE_SIZE, page * PAGE_SIZE));
    const report = await repairCapture(path, out);
    expect(report.losses).toEqual([{ first: report.events + 1, last: 600, certain: true }]);
  });

  test('at the end of a truncated file is at least possible', async () => {
    await recordAll();
    truncateSync(path, 7 * PAGE_SIZE + 5_000);
    const report = await repairCapture(path, out);
    expect(report.events).toBeGreaterThan(40);
    expect(report.losses.at(-1)?.first).toBeGreaterThan(seqsOf(out).at(-1) ?? 0);
    await isWhole(out);
  });

  test('is a session that its events name: it is made up, as one that was not closed', async () => {
    await recordAll();
    const page = pageWith('tcp://one:2375');
    damage((bytes) => bytes.fill(0, (page - 1) * PAGE_SIZE, page * PAGE_SIZE));
    expect(await repairCapture(path, out)).toMatchObject({ events: 600, sessions: 2, invented: [1, 2], losses: [] });
    expect(reading(out, (reader) => reader.sessions())[1]).toMatchObject({ id: 2, started: 301n, clean: false });
    await isWhole(out);
  });

  test('was deleted before it was damaged, and is not brought back', async () => {
    await recordAll();
    tamper(path, (database) => database.exec('DELETE FROM events WHERE seq BETWEEN 100 AND 250'));
    expect(await repairCapture(path, out)).toMatchObject({ events: 449, losses: [] });
    // Now that nothing leads to the leaves, they have to be told from free pages.
    damage((bytes) => {
      for (let page = 2; page <= bytes.length / PAGE_SIZE; page += 1) {
        if (bytes[(page - 1) * PAGE_SIZE] === 0x05) bytes.fill(0, (page - 1) * PAGE_SIZE, page * PAGE_SIZE);
      }
    });
    const again = freshPath('again.db');
    expect(await repairCapture(path, again)).toMatchObject({ events: 449, losses: [] });
    expect(linesOf(again)).toBe(linesOf(out));
  });
});

describe('what is refused', () => {
  test.each<[string, (file: string) => void, string]>([
    ['nothing', () => {}, 'does not exist: check the path'],
    ['an empty file', (file) => writeFileSync(file, ''), 'has nothing in it that docktape has written'],
    ['a text', (file) => writeFileSync(file, 'text '.repeat(10_000)), 'has nothing in it that docktape has written'],
    [
      'another database',
      (file) => tamper(file, (database) => database.exec("CREATE TABLE a (b); INSERT INTO a VALUES ('c')")),
      'has nothing in it that docktape has written',
    ],
  ])('%s, and nothing is left', async (_, make, message) => {
    make(path);
    await expect(repairCapture(path, out)).rejects.toThrow(`${path} ${message}`);
    expect(filesAt(out)).toEqual([]);
  });

  test('a device, a folder, and a new capture that is there', async () => {
    await expect(repairCapture('/dev/zero', out)).rejects.toThrow('/dev/zero is not a capture: it is no regular file');
    await record(path, numbered(3));
    await record(out, numbered(1));
    await expect(repairCapture(path, out)).rejects.toThrow(
      `${out} exists, and is not overwritten: choose another name`,
    );
    await expect(repairCapture(path, path)).rejects.toThrow('exists, and is not overwritten');
    expect(seqsOf(out)).toEqual([1]);
  });

  test('pages that share one long chain do not fill the disk', async () => {
    await record(path, [[`"${'x'.repeat(3_000_000)}"`, 1n], ...padded(2_000)]);
    // Every row of the other pages says that its payload is the long one.
    const sound = readFileSync(path);
    const leaf = Math.floor(sound.indexOf('"xxx') / PAGE_SIZE);
    const page = sound.subarray(leaf * PAGE_SIZE, (leaf + 1) * PAGE_SIZE);
    damage((bytes) => {
      for (let at = (leaf + 1) * PAGE_SIZE; at < bytes.length; at += PAGE_SIZE) {
        if (bytes[at] === 0x0d) page.copy(bytes, at);
      }
    });
    await repairCapture(path, out);
    expect(statSync(out).size).toBeLessThan(5 * sound.length);
  });
});
