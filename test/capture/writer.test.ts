import { chmodSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '#docktape/capture/database.js';
import { CaptureReader } from '#docktape/capture/reader.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import {
  batchOfEvents,
  type Event,
  filesAt,
  freshPath,
  numbered,
  reading,
  record,
  tamper,
} from './support/captures.js';

describe('a new capture', () => {
  test('is one file that only its owner can read, also while it is written', async () => {
    const path = freshPath();
    const writer = await CaptureWriter.open(path, { how: 'record' });
    const modes = filesAt(path)
      .filter((name) => !name.endsWith('-lock'))
      .map((name) => statSync(join(path, '..', name)).mode & 0o777);
    expect(filesAt(path)).toEqual(['night.db', 'night.db-lock', 'night.db-shm', 'night.db-wal']);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    await writer.close();
    expect(filesAt(path)).toEqual(['night.db']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('says what it is in its header and has STRICT tables', async () => {
    const path = freshPath();
    await record(path, numbered(1));
    tamper(path, (database) => {
      expect(database.pragma('application_id')).toBe(0x444b5450);
      expect(database.pragma('user_version')).toBe(2);
      expect(database.pragma('journal_mode')).toBe('delete');
      const tables = database.prepare('PRAGMA table_list').all() as {
        schema: string;
        type: string;
        name: string;
        strict: number;
      }[];
      const ours = tables.filter(({ type, name }) => type === 'table' && !name.startsWith('sqlite_'));
      expect(ours.map(({ name, strict }) => [name, strict]).sort()).toEqual([
        ['contexts', 1],
        ['events', 1],
        ['gaps', 1],
        ['sessions', 1],
      ]);
    });
  });

  test('may be an empty file, whose mode is tightened', async () => {
    const path = freshPath();
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    await record(path, numbered(1));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(reading(path, (reader) => reader.count())).toBe(1);
  });

  test('takes little more room than the JSON lines', async () => {
    const path = freshPath();
    const line = `{"Type":"container","pad":"${'x'.repeat(570)}"}`;
    const { bytes } = await record(
      path,
      Array.from({ length: 20_000 }, (_, n): Event => [line, BigInt(n) * 1_000_000n + 1_700_000_000_000_000_000n]),
    );
    expect(statSync(path).size / bytes).toBeLessThan(1.15);
  });
});

describe('sessions', () => {
  test('keep what is known of them', async () => {
    const path = freshPath();
    const writer = await CaptureWriter.open(path, {
      how: 'record',
      endpoint: 'tcp://old:2375',
      hostName: 'ci',
      condition: 'docker.type = image',
      started: 5n,
    });
    writer.daemon({ endpoint: 'tcp://new:2375', daemonId: 'ABCD', engineVersion: '20.10.24', apiVersion: '1.41' });
    await writer.close();
    const [session] = reading(path, (reader) => reader.sessions());
    expect(session).toMatchObject({
      id: 1,
      how: 'record',
      started: 5n,
      clean: true,
      endpoint: 'tcp://new:2375',
      daemonId: 'ABCD',
      engineVersion: '20.10.24',
      apiVersion: '1.41',
      hostName: 'ci',
      condition: 'docker.type = image',
      tail: '\n',
    });
    expect(session?.docktape).toMatch(/^\d+\.\d+\.\d+/);
    expect(session?.ended).toBeGreaterThan(1_700_000_000_000_000_000n);
  });

  test('are appended, and numbering goes on', async () => {
    const path = freshPath();
    expect(await record(path, numbered(3))).toMatchObject({ session: 1, events: 3, isNew: true });
    expect(await record(path, [])).toMatchObject({ session: 2, events: 0, bytes: 0, isNew: false });
    expect(await record(path, numbered(2), { clean: false })).toMatchObject({
      session: 3,
      events: 2,
      hasSideFiles: false,
    });
    const events = reading(path, (reader) => [...reader.events()].map(({ seq, session }) => [seq, session]));
    expect(events).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 3],
      [5, 3],
    ]);
    expect(reading(path, (reader) => reader.sessions().map(({ clean }) => clean))).toEqual([true, true, false]);
  });

  test('note gaps in their place', async () => {
    const path = freshPath();
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.gap({ reason: 'before all', certain: false });
    writer.write(batchOfEvents(numbered(2)));
    writer.gap({ from: 10n, to: 20n, reason: 'daemon lost', certain: true });
    writer.write(batchOfEvents(numbered(1)));
    expect(await writer.close()).toMatchObject({ gaps: 2 });
    expect(reading(path, (reader) => reader.gaps())).toEqual([
      { session: 1, afterSeq: 0, reason: 'before all', certain: false },
      { session: 1, afterSeq: 2, from: 10n, to: 20n, reason: 'daemon lost', certain: true },
    ]);
  });
});

describe('payloads', () => {
  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  const odd: Event[] = [
    ['{"timeNano":99999999999999999999999}', 1n],
    ['{"timeNano":"1700000000000000000","Type":5,"Action":null}', 2n],
    [`{"a":${deep}}`, 3n],
    ['not JSON {', 4n],
    ['', 5n],
    [Buffer.from([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d]), 6n],
    [Buffer.from('{"nul":"\0"}'), 7n],
    ["{'json5':1,}\r", 8n],
    ['{"Type":"container"}\u2028 {"Type":"b"}', 9n],
    [`{"pad":"${'é'.repeat(1_500_000)}"}`, 2n ** 63n - 1n],
  ];

  test('are kept byte for byte, whatever they are', async () => {
    const path = freshPath();
    await record(path, odd);
    const kept = reading(path, (reader) => [...reader.events()]);
    expect(kept.map(({ ts }) => ts)).toEqual(odd.map(([, ts]) => ts));
    for (const [index, [payload]] of odd.entries())
      expect(kept[index]?.payload.equals(Buffer.from(payload))).toBe(true);
    const lines = reading(path, (reader) => Buffer.concat([...reader.lines()].map(({ bytes }) => bytes)));
    expect(lines.equals(batchOfEvents(odd).lines)).toBe(true);
  });

  test('can all be looked at with a SQLite shell', async () => {
    const path = freshPath();
    await record(path, [...odd, ['{"Type":"image","Action":"pull","Actor":{"ID":"busybox"}}', 10n]]);
    const database = openDatabase(path, { readonly: true });
    const rows = database.prepare('SELECT type, action, actor_id FROM decoded_events').raw().all();
    database.close();
    expect(rows).toHaveLength(odd.length + 1);
    expect(rows.at(-1)).toEqual(['image', 'pull', 'busybox']);
    expect(rows[3]).toEqual([null, null, null]);
  });

  test('with times before 1970 are put at its beginning', async () => {
    const path = freshPath();
    await record(path, [['{}', -(2n ** 63n)]]);
    expect(reading(path, (reader) => [...reader.events()][0]?.ts)).toBe(0n);
  });
});

describe('while it is written', () => {
  test('events can be read after 100 ms', async () => {
    const path = freshPath();
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(numbered(7)));
    const deadline = Date.now() + 5_000;
    while (reading(path, (reader) => reader.count()) === 0 && Date.now() < deadline) await sleep(20);
    expect(reading(path, (reader) => reader.count())).toBe(7);
    expect(reading(path, (reader) => reader.sessions()[0])).not.toHaveProperty('ended');
    await writer.close();
  });

  test('figures tell what was written and what waits', async () => {
    const writer = await CaptureWriter.open(freshPath(), { how: 'record' }, { queueBytes: 100 });
    const nothing = { lastTime: undefined, problem: undefined };
    expect(writer.figures).toEqual({ events: 0, bytes: 0, committed: 0, queuedBytes: 0, ...nothing });
    expect(
      writer.write(
        batchOfEvents([
          ['{}', 3n],
          ['{}', 4n],
        ]),
      ),
    ).toBe(true);
    expect(writer.figures).toMatchObject({ events: 2, bytes: 6, committed: 0, lastTime: 4n, queuedBytes: 6 });
    expect(writer.write(batchOfEvents([[`{"a":"${'x'.repeat(200)}"}`, 5n]]))).toBe(false);
    await writer.drained();
    expect(writer.figures).toMatchObject({ events: 3, committed: 3, queuedBytes: 0 });
    expect(await writer.close()).toMatchObject({ events: 3, bytes: writer.figures.bytes });
  });

  test('a batch may share its memory with others: theirs stays', async () => {
    const path = freshPath();
    const chunk = Buffer.alloc(12, '{"a":1}\n{"b"');
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write({ lines: chunk.subarray(0, 8), times: new BigInt64Array(4).subarray(1, 2), count: 1 });
    expect(chunk.toString()).toBe('{"a":1}\n{"b"');
    await writer.close();
    expect(reading(path, (reader) => [...reader.events()][0]?.payload.toString())).toBe('{"a":1}');
  });

  test('a reader that looks on keeps the side files until the next writer', async () => {
    const path = freshPath();
    await record(path, numbered(3));
    const writer = await CaptureWriter.open(path, { how: 'record' });
    const reader = CaptureReader.open(path);
    const events = reader.events();
    events.next();
    writer.write(batchOfEvents(numbered(3)));
    expect(await writer.close()).toMatchObject({ events: 3, hasSideFiles: true });
    expect([...events]).toHaveLength(2);
    reader.close();
    expect(reading(path, (again) => again.count())).toBe(6);
    await record(path, numbered(1));
    expect(filesAt(path)).toEqual(['night.db']);
  });
});

describe('two writers', () => {
  test('are refused on one file, also by another name of it', async () => {
    const path = freshPath();
    const writer = await CaptureWriter.open(path, { how: 'record' });
    symlinkSync(path, `${path}.link`);
    for (const name of [path, `${path}.link`]) {
      await expect(CaptureWriter.open(name, { how: 'import' })).rejects.toThrow(
        `${name} is being written by another docktape: wait for it, or use another file`,
      );
    }
    writer.write(batchOfEvents(numbered(2)));
    await writer.close();
    expect(await record(`${path}.link`, numbered(1))).toMatchObject({ session: 2 });
    expect(filesAt(path)).toEqual(['night.db', 'night.db.link']);
  });

  test('that race to make a file leave one whole capture', async () => {
    const path = freshPath();
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => record(path, numbered(5))));
    const done = results.filter(({ status }) => status === 'fulfilled').length;
    expect(done).toBeGreaterThan(0);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason.message).toContain('is being written by another docktape');
    expect(reading(path, (reader) => reader.count())).toBe(5 * done);
    expect(filesAt(path)).toEqual(['night.db']);
  });

  test('a lock file that a killed writer left does not matter', async () => {
    const path = freshPath();
    writeFileSync(`${path}-lock`, '');
    await record(path, numbered(1));
    expect(filesAt(path)).toEqual(['night.db']);
  });
});

describe('an atomic session', () => {
  const open = (path: string) => CaptureWriter.open(path, { how: 'import' }, { isAtomic: true });

  test('is not there before it is whole', async () => {
    const path = freshPath();
    await record(path, numbered(1));
    const writer = await open(path);
    writer.write(batchOfEvents(numbered(5_000)));
    await sleep(250);
    expect(reading(path, (reader) => [reader.count(), reader.sessions().length])).toEqual([1, 1]);
    await writer.close();
    expect(reading(path, (reader) => [reader.count(), reader.sessions().length])).toEqual([5_001, 2]);
  });

  test('leaves no trace when it is aborted', async () => {
    const path = freshPath();
    const writer = await open(path);
    writer.write(batchOfEvents(numbered(5_000)));
    await writer.abort();
    expect(filesAt(path)).toEqual([]);

    await record(path, numbered(1));
    const second = await open(path);
    second.write(batchOfEvents(numbered(5_000)));
    await second.abort();
    expect(filesAt(path)).toEqual(['night.db']);
    expect(reading(path, (reader) => [reader.count(), reader.sessions().length])).toEqual([1, 1]);
  });
});

test('after its end a writer takes nothing', async () => {
  const writer = await CaptureWriter.open(freshPath(), { how: 'record' });
  await writer.close();
  expect(() => writer.write(batchOfEvents(numbered(1)))).toThrow('the capture writer was closed');
  await expect(writer.close()).rejects.toThrow('the capture writer was closed');
  await writer.abort();
});
