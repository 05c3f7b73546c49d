import { copyFileSync, readFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { importLines } from '#docktape/capture/import.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { projectPath } from '../support/docktape.js';
import { batchOfEvents, freshPath, numbered, pagedText, reading, record, tamper } from './support/captures.js';

let path: string;

beforeEach(() => {
  path = freshPath();
});

function look<T>(file: string, look: (database: Database) => T): T {
  let seen: T | undefined;
  tamper(file, (database) => {
    seen = look(database);
  });
  return seen as T;
}

const formatOf = (file: string) => look(file, (database) => database.pragma('user_version'));

const schemaOf = (file: string) =>
  look(file, (database) =>
    database.prepare<[], unknown>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all(),
  );

/** A recorded session that tells what was redacted. */
async function recordRedacted(file: string): Promise<void> {
  const writer = await CaptureWriter.open(file, { how: 'record', redaction: 'labels token' });
  writer.write(batchOfEvents(numbered(3)));
  await writer.close();
}

describe('a capture of format 1', () => {
  // Recorded by a docktape that knew no other.
  const shipped = projectPath('test/capture/support/format-1.db');

  beforeEach(() => copyFileSync(shipped, path));

  test('is read, and not changed by that', () => {
    expect(formatOf(path)).toBe(1);
    reading(path, (reader) => {
      const { events, sessions } = reader.stats();
      expect(events).toBeGreaterThan(10);
      expect(sessions.map(({ how, redaction }) => [how, redaction])).toEqual([['record', undefined]]);
      expect([...reader.events()]).toHaveLength(events);
    });
    expect(readFileSync(path).equals(readFileSync(shipped))).toBe(true);
  });

  test('is upgraded by the next writer, and is then as a new one', async () => {
    const before = pagedText(path);
    await recordRedacted(path);
    const fresh = freshPath();
    await record(fresh, []);
    expect(formatOf(path)).toBe(2);
    expect(schemaOf(path)).toEqual(schemaOf(fresh));
    expect(pagedText(path, { session: 1 })).toBe(before);
    expect(reading(path, (reader) => reader.sessions().map(({ redaction }) => redaction))).toEqual([
      undefined,
      'labels token',
    ]);
    await record(path, numbered(2));
    expect(reading(path, (reader) => reader.sessions())).toHaveLength(3);
  });

  test('is left as it is by an import that fails', async () => {
    const chunks = (async function* () {
      yield Buffer.from('{"Type":"container"}\ntext\n');
    })();
    await expect(importLines({ name: 'bad', chunks }, path)).rejects.toThrow('line 2 is not JSON');
    expect(formatOf(path)).toBe(1);
    expect(pagedText(path)).toBe(pagedText(shipped));
  });
});

test('a new capture keeps what was redacted', async () => {
  await recordRedacted(path);
  expect(formatOf(path)).toBe(2);
  expect(reading(path, (reader) => reader.stats().sessions[0]?.redaction)).toBe('labels token');
});
