import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '#docktape/capture/database.js';
import { CaptureReader } from '#docktape/capture/reader.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { DocktapeError } from '#docktape/errors.js';
import {
  batchOfEvents,
  type Event,
  filesAt,
  freshPath,
  numbered,
  pagedText,
  reading,
  record,
  tamper,
} from './support/captures.js';

let path: string;

beforeEach(() => {
  path = freshPath();
});

/** Reads all there is to read, in all ways. */
function readEverything(file: string): void {
  reading(file, (reader) => {
    reader.sessions();
    reader.gaps();
    reader.stats();
    reader.count();
    reader.sequenceOf();
    for (const _ of reader.events());
    for (const _ of reader.pages());
    for (const _ of reader.lines({ since: 1n }));
  });
}

/** Rewrites the SQL of the capture's schema, as only a hostile program would. */
function forgeSchema(database: Database, sql: string, ...values: unknown[]): void {
  database.pragma('writable_schema = ON');
  database.prepare(sql).run(...values);
  database.pragma('schema_version = 1000');
}

describe('what is no capture', () => {
  test.each<[string, (file: string) => void, string]>([
    ['nothing', () => {}, 'does not exist: check the path'],
    ['an empty file', (file) => writeFileSync(file, ''), 'is empty, not a capture: record or import into it first'],
    ['a folder', (file) => mkdirSync(file), 'is a folder, not a capture'],
    [
      'random bytes',
      (file) => writeFileSync(file, Buffer.from(Array.from({ length: 9_000 }, (_, n) => (n * 7919) % 251))),
      'is not a capture: it is no SQLite file',
    ],
    ['a few bytes', (file) => writeFileSync(file, 'SQLite'), 'is not a capture: it is no SQLite file'],
    [
      'JSON lines',
      (file) => writeFileSync(file, '{"Type":"container"}\n'.repeat(100)),
      'is not a capture: it is no SQLite file',
    ],
    [
      'another database',
      (file) => openDatabase(file, {}).exec('CREATE TABLE events (x)').close(),
      'is not a capture: it is another SQLite database',
    ],
  ])('%s is refused in one line', (_, make, message) => {
    make(path);
    expect(() => CaptureReader.open(path)).toThrow(new DocktapeError('CAPTURE', `${path} ${message}`));
  });

  test('a device is refused without reading it', () => {
    expect(() => CaptureReader.open('/dev/zero')).toThrow('/dev/zero is not a capture: it is no regular file');
  });

  test('a side file that leads elsewhere is refused', async () => {
    await record(path, numbered(1));
    for (const suffix of ['-wal', '-shm', '-journal']) {
      symlinkSync('/etc/passwd', `${path}${suffix}`);
      expect(() => CaptureReader.open(path)).toThrow(
        `${path} has ${path}${suffix} beside it, which is no regular file: remove that`,
      );
      rmSync(`${path}${suffix}`);
    }
    expect(reading(path, (reader) => reader.count())).toBe(1);
  });

  test('a link to a capture is read as the capture, side files included', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(numbered(3)));
    await writer.close();
    const link = freshPath('link.db');
    symlinkSync(path, link);
    expect(reading(link, (reader) => reader.count())).toBe(3);
    symlinkSync('/etc/passwd', `${path}-wal`);
    expect(() => CaptureReader.open(link)).toThrow('which is no regular file');
  });

  test('a path with a NUL is refused', () => {
    expect(() => CaptureReader.open('night\0.db')).toThrow('night?.db is no path: it contains a NUL');
  });
});

describe('a capture of another version', () => {
  test('that is newer asks for a newer docktape', async () => {
    await record(path, numbered(1));
    tamper(path, (database) => database.pragma('user_version = 3'));
    expect(() => CaptureReader.open(path)).toThrow(
      `${path} has capture format 3, this docktape reads formats up to 2: install a newer docktape`,
    );
  });

  test('whose schema is that of the version before is no capture', async () => {
    await record(path, numbered(1));
    tamper(path, (database) => database.pragma('user_version = 1'));
    expect(() => CaptureReader.open(path)).toThrow("it has a foreign table 'contexts'");
  });

  test('that never was is damaged', async () => {
    await record(path, numbered(1));
    tamper(path, (database) => database.pragma('user_version = 0'));
    expect(() => CaptureReader.open(path)).toThrow(
      `${path} is damaged: it says capture format 0, and formats begin at 1`,
    );
  });
});

describe('a schema that is not ours', () => {
  beforeEach(() => record(path, numbered(3)));

  test.each([
    ['a trigger', 'CREATE TRIGGER spy AFTER INSERT ON events BEGIN DELETE FROM events; END', "a foreign trigger 'spy'"],
    ['a view', "CREATE VIEW spy AS SELECT load_extension('x')", "a foreign view 'spy'"],
    ['a table', 'CREATE TABLE spy (x)', "a foreign table 'spy'"],
    ['an index', "CREATE INDEX spy ON events (payload || 'x')", "a foreign index 'spy'"],
    ['a virtual table', 'CREATE VIRTUAL TABLE spy USING fts5(x)', "a foreign table 'spy"],
    ['a name that would write to a terminal', 'CREATE TABLE "a\u001b[31mb\nc" (x)', "a foreign table 'a?[31mb?c'"],
    [
      'a view of our name',
      'DROP VIEW decoded_events; CREATE VIEW decoded_events AS SELECT 1',
      "an altered view 'decoded_events'",
    ],
    [
      'an index of our name',
      'DROP INDEX events_by_time; CREATE INDEX events_by_time ON events (ts DESC)',
      "an altered index 'events_by_time'",
    ],
    [
      'a generated column',
      'ALTER TABLE events ADD COLUMN spy TEXT AS (hex(zeroblob(1000000)))',
      "an altered table 'events'",
    ],
  ])('%s is refused', (_, sql, message) => {
    tamper(path, (database) => database.exec(sql));
    expect(() => CaptureReader.open(path)).toThrow(`${path} is not a capture as docktape writes it: it has ${message}`);
  });

  test('a missing object is damage', () => {
    tamper(path, (database) => database.exec('DROP TABLE gaps'));
    expect(() => CaptureReader.open(path)).toThrow(`${path} is damaged: its 'gaps' is missing`);
  });

  test('a table that has turned into a view of functions is refused', () => {
    tamper(path, (database) =>
      forgeSchema(
        database,
        "UPDATE sqlite_schema SET type = 'view', rootpage = 0, sql = ? WHERE name = 'gaps'",
        "CREATE VIEW gaps AS SELECT writefile('/tmp/x', 'y')",
      ),
    );
    expect(() => CaptureReader.open(path)).toThrow("an altered view 'gaps'");
  });

  test('a schema that is no SQL is damage', () => {
    tamper(path, (database) =>
      forgeSchema(database, "UPDATE sqlite_schema SET sql = 'CREATE TABLE gaps (' WHERE name = 'gaps'"),
    );
    expect(() => CaptureReader.open(path)).toThrow(/night\.db is damaged: malformed database schema/);
  });

  test('text that is not UTF-8 is refused', () => {
    const other = freshPath();
    tamper(other, (database) => {
      database.pragma("encoding = 'UTF-16le'");
      tamper(path, (source) => {
        for (const { sql } of source.prepare<[], { sql: string }>('SELECT sql FROM sqlite_schema').all())
          database.exec(sql);
      });
      database.pragma(`application_id = ${0x444b5450}`);
      database.pragma('user_version = 1');
    });
    expect(() => CaptureReader.open(other)).toThrow('is not a capture as docktape writes it: its text is not UTF-8');
  });
});

describe('rows that are not as docktape writes them', () => {
  const change = (sql: string, ...values: unknown[]) =>
    tamper(path, (database) => database.prepare(sql).run(...values));

  beforeEach(() => record(path, numbered(100)));

  test('a newline in a payload is told with the event', () => {
    change('UPDATE events SET payload = ? WHERE seq = 57', '{"a":1}\n9 {"Type":"forged"}');
    expect(() => pagedText(path)).toThrow(
      `${path} is damaged at event 57: its payload is not one line: \`docktape verify\` says more, \`docktape repair\` saves what can be read`,
    );
  });

  test.each([
    ['small', 0, 'is damaged: NULL value in events.payload'],
    [
      'too large to be checked before it is read',
      5 * 1024 * 1024,
      'is damaged at event 3: its payload is not one line',
    ],
  ])('a payload of another type is told, in a capture that is %s', async (_, size, message) => {
    await record(path, [[`{"pad":"${'x'.repeat(size)}"}`, 1n]]);
    tamper(path, (database) => {
      forgeSchema(
        database,
        "UPDATE sqlite_schema SET sql = replace(replace(sql, ' STRICT', ''), 'payload TEXT NOT NULL', 'payload TEXT') WHERE name = 'events'",
      );
    });
    change('UPDATE events SET payload = NULL WHERE seq = 3');
    tamper(path, (database) => {
      forgeSchema(
        database,
        "UPDATE sqlite_schema SET sql = replace(sql, 'payload TEXT', 'payload TEXT NOT NULL') || ' STRICT' WHERE name = 'events'",
      );
    });
    expect(() => pagedText(path)).toThrow(message);
  });

  test.each<[string, string | Buffer]>([
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xc0, 0x80, 0x7d])],
    ['a NUL', '{"a":"\u0000"}\u0000 {"b":1}'],
  ])('%s in a payload come out as they are', (_, payload) => {
    change('UPDATE events SET payload = CAST(? AS TEXT) WHERE seq = 57', Buffer.from(payload));
    reading(path, (reader) => {
      const bytes = Buffer.from(payload);
      expect([...reader.events()][56]?.payload).toEqual(bytes);
      expect(Buffer.concat([...reader.pages()].map((page) => page.bytes)).includes(bytes)).toBe(true);
    });
  });

  test('a session number that no JavaScript number is, is told', () => {
    tamper(path, (database) => {
      database.pragma('foreign_keys = OFF');
      database.prepare('UPDATE sessions SET id = ?').run(2n ** 60n);
    });
    expect(() => readEverything(path)).toThrow('is damaged: its sessions are numbered');
  });

  test.each([
    ['sessions', "UPDATE sessions SET endpoint = printf('%.*c', 70000000, 'x')"],
    ['gaps', "INSERT INTO gaps VALUES (1, 1, 0, NULL, NULL, printf('%.*c', 70000000, 'x'), 1)"],
  ])('%s with more text than memory should hold are not read', (table, sql) => {
    change(sql);
    expect(() => readEverything(path)).toThrow(new RegExp(`is damaged: its ${table} take 70\\d+ bytes`));
  });

  test('times up to the last one there is are read', () => {
    change('UPDATE events SET ts = ? WHERE seq = 100', 2n ** 63n - 1n);
    expect(pagedText(path).split('\n')[99]).toMatch(/^9223372036854775807 /);
    readEverything(path);
  });

  test('a time before 1970 is told', () => {
    change('UPDATE events SET ts = -1 WHERE seq = 3');
    expect(() => pagedText(path)).toThrow('is damaged: it has times that are no number from 0');
  });

  test.each([[-5], [2 ** 60]])('an event number of %d is told', (seq) => {
    change('UPDATE events SET seq = ? WHERE seq = 3', BigInt(seq));
    expect(() => pagedText(path)).toThrow(/is damaged: its events are numbered/);
  });

  test('a hole as wide as can be is crossed at once', () => {
    change('UPDATE events SET seq = ? WHERE seq = 100', Number.MAX_SAFE_INTEGER);
    expect(pagedText(path).split('\n')).toHaveLength(101);
    expect(reading(path, (reader) => reader.sequenceOf()(100))).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('an event that is larger than any event is not read', () => {
    change('UPDATE events SET payload = CAST(zeroblob(?) AS TEXT) WHERE seq = 7', 129 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    expect(() => pagedText(path)).toThrow('damaged at event 7: 135266304 bytes are more than an event can have');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});

describe('damage', () => {
  const many = Array.from(
    { length: 3_000 },
    (_, n): Event => [`{"Type":"container","pad":"${'x'.repeat(300)}"}`, BigInt(n)],
  );

  beforeEach(() => record(path, many));

  test('a truncated file is told', () => {
    const descriptor = openSync(path, 'r+');
    ftruncateSync(descriptor, Math.floor(statSync(path).size / 2));
    closeSync(descriptor);
    expect(() => readEverything(path)).toThrow(/night\.db is damaged: .*: `docktape verify` says more/);
  });

  test('bytes that changed end in one clear error, or go unnoticed, but never in anything else', () => {
    const sound = readFileSync(path);
    // A small generator with a fixed seed, so that a failure can be repeated.
    let state = 42;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let errors = 0;
    for (let round = 0; round < 60; round += 1) {
      const file = freshPath(`round-${round}.db`);
      writeFileSync(file, sound);
      const descriptor = openSync(file, 'r+');
      for (let spot = 0; spot < 8; spot += 1) {
        // Half of it where SQLite keeps its own notes: at the beginning of pages.
        const page = random(sound.length / 16_384) * 16_384;
        writeSync(descriptor, Buffer.from([random(256)]), 0, 1, spot % 2 ? random(sound.length) : page + random(40));
      }
      closeSync(descriptor);
      try {
        readEverything(file);
      } catch (error) {
        errors += 1;
        expect(error).toBeInstanceOf(DocktapeError);
        expect((error as Error).message).toContain(file);
        expect((error as Error).message).not.toContain('\n');
      }
    }
    expect(errors).toBeGreaterThan(10);
  });
});

test('reading changes nothing', async () => {
  await record(path, numbered(100));
  const before = readFileSync(path);
  readEverything(path);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(filesAt(path)).toEqual(['night.db']);
});
