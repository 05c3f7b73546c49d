import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CaptureFile } from '#docktape/capture/capture-file.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { CapturePlace } from '#docktape/capture/writing/place.js';
import { eventually } from '../../support/eventually.js';
import { batchOfEvents, filesAt, freshPath, numbered, reading } from '../support/captures.js';

describe('durability', () => {
  // https://sqlite.org/pragma.html#pragma_synchronous: with a write-ahead log, NORMAL (1) syncs when the log is moved into the
  // file, FULL (2) at each commit.
  test.each([
    ['normal', 1],
    ['full', 2],
  ] as const)('%s', (durability, synchronous) => {
    const place = CapturePlace.take(freshPath());
    const file = CaptureFile.open(place, durability);
    expect(file.database.pragma('journal_mode')).toBe('wal');
    expect(file.database.pragma('synchronous')).toBe(synchronous);
    file.close();
    place.release();
  });

  test.each(['normal', 'full'] as const)(
    '%s: what is said to be committed is there for readers',
    async (durability) => {
      const path = freshPath();
      const writer = await CaptureWriter.open(path, { how: 'record' }, { durability });
      for (let first = 1; first <= 2_400; first += 50) writer.write(batchOfEvents(numbered(50, first)));
      const told: number[] = [];
      await eventually(() => {
        const { committed } = writer.figures;
        told.push(committed);
        expect(reading(path, (reader) => reader.count())).toBeGreaterThanOrEqual(committed);
        return committed;
      }).toBe(2_400);
      // By the thousand, and what is left after 100 ms.
      for (const committed of told) expect([0, 1_000, 2_000, 2_400]).toContain(committed);
      await writer.close();
    },
  );
});

test('a capture that is being made has another name until it is whole', () => {
  const path = freshPath();
  writeFileSync(`${path}-docktape-draft`, 'left by one that was killed');
  writeFileSync(`${path}-new`, "somebody's");
  const place = CapturePlace.take(path);
  const file = CaptureFile.open(place);
  expect(filesAt(path)).not.toContain('night.db-docktape-draft');
  expect(reading(path, (reader) => reader.sessions())).toEqual([]);
  file.remove();
  place.release();
  expect(filesAt(path)).toEqual(['night.db-new']);
});
