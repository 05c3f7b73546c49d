import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Redaction } from '#docktape/capture/redaction/redaction.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { closedName } from '#docktape/capture/writing/closed-captures.js';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import { resumeOf } from '#docktape/recorder/resume-of.js';
import { batchOfEvents, freshPath, numbered, tamper } from '../capture/support/captures.js';

const endpoint = 'unix:///fake';

/** Records events with these numbers, one a second, from a daemon. */
async function recorded(
  path: string,
  first: number,
  count: number,
  from = endpoint,
  how: 'record' | 'import' = 'record',
) {
  const writer = await CaptureWriter.open(path, { how, endpoint: from, started: BigInt(first) * 100n });
  writer.write(batchOfEvents(numbered(count, first)));
  await writer.close();
}

const keyOf = (text: string) => eventKey(Buffer.from(text), 0, Buffer.byteLength(text));
const keysOf = (first: number, count: number) => numbered(count, first).map(([payload]) => keyOf(String(payload)));
const reason = 'the recorder was started again';

describe('a recording is resumed', () => {
  test('where the last one of this daemon ended, by the keys of its last events', async () => {
    const path = freshPath();
    await recorded(path, 1, 2_000);
    tamper(path, (database) => database.exec('UPDATE sessions SET ended = 100000000000'));
    expect(resumeOf(path, endpoint)).toEqual({
      reason,
      wantedFrom: 100n,
      // That nothing came proves nothing of the last minute.
      endedAt: 40_000_000_000n,
      delivered: keysOf(977, 1_024),
    });
  });

  test("without docktape's own events, imports and other daemons", async () => {
    const path = freshPath();
    await recorded(path, 1, 3);
    tamper(path, (database) => database.exec('UPDATE sessions SET ended = 5000'));
    await recorded(path, 10, 3, 'unix:///other');
    await recorded(path, 20, 3, endpoint, 'import');
    const writer = await CaptureWriter.open(path, { how: 'record', endpoint, started: 777n });
    writer.write(
      batchOfEvents([
        ['{"n":1}', 8_000_000_000n],
        ['{"Type":"docktape","Action":"gap"}', 9_000_000_000n],
      ]),
    );
    await writer.close();
    tamper(path, (database) => database.exec('UPDATE sessions SET ended = NULL WHERE id = 4'));
    // It was killed: the time of its last event is as much as is known, and one that followed may be a little older.
    expect(resumeOf(path, endpoint)).toEqual({
      reason,
      wantedFrom: 100n,
      endedAt: 7_000_000_000n,
      delivered: [...keysOf(1, 3), keyOf('{"n":1}')],
    });
  });

  test('over a capture that rotation has just closed', async () => {
    const path = freshPath();
    await recorded(closedName(path, 1_700_000_000_000_000_000n), 1, 5);
    expect(resumeOf(path, endpoint)).toMatchObject({ wantedFrom: 100n, delivered: keysOf(1, 5) });
    await recorded(path, 6, 2);
    expect(resumeOf(path, endpoint)).toMatchObject({ wantedFrom: 100n, delivered: keysOf(1, 7) });
    writeFileSync(closedName(path, 1_700_000_001_000_000_000n), 'damaged');
    expect(resumeOf(path, endpoint)).toMatchObject({ wantedFrom: 600n, delivered: keysOf(6, 2) });
  });

  test('where the daemon was last seen, when the recording ended without it', async () => {
    const ended = 90_000_000_000n;
    const quiet = 30_000_000_000n;
    const seen = 7_000_000_000n;
    for (const [lines, clean, endedAt] of [
      [[], true, quiet],
      [[], false, seen],
      [['daemon lost'], true, seen],
      [['daemon lost', 'daemon back'], true, quiet],
    ] as const) {
      const path = freshPath();
      const writer = await CaptureWriter.open(path, { how: 'record', endpoint, started: 77n });
      writer.write(
        batchOfEvents([
          ['{"n":1}', seen + 1_000_000_000n],
          ...lines.map((action): [string, bigint] => [`{"Type":"docktape","Action":"${action}"}`, 9_000_000_000n]),
        ]),
      );
      await writer.close({ clean });
      tamper(path, (database) => database.exec(`UPDATE sessions SET ended = ${ended}`));
      expect(resumeOf(path, endpoint)?.endedAt, `${lines}, clean: ${clean}`).toBe(endedAt);
    }
  });

  test('by its events as they are redacted from now on', async () => {
    const path = freshPath();
    const writer = await CaptureWriter.open(path, { how: 'record', endpoint });
    writer.write(batchOfEvents([['{"a":"secret"}', 1n], ...numbered(1, 2), ['{"a":"[redacted]"}', 3n]]));
    await writer.close();
    const redaction = Redaction.compile({ patterns: ['secret'], labels: [], execCommands: false });
    const redacted = keyOf('{"a":"[redacted]"}');
    expect(resumeOf(path, endpoint, (batch) => redaction.apply(batch))?.delivered).toEqual([
      redacted,
      ...keysOf(2, 1),
      redacted,
    ]);
  });

  test('by the bytes of the daemon alone, whatever is known besides', async () => {
    const path = freshPath();
    const writer = await CaptureWriter.open(path, { how: 'record', endpoint });
    const contexts = [{ json: Buffer.from('{"host":{"name":"box"}}') }, undefined];
    writer.write({ ...batchOfEvents(numbered(2)), contexts });
    await writer.close();
    expect(resumeOf(path, endpoint)?.delivered).toEqual(keysOf(1, 2));
  });

  test('before a recording that was killed before its first event', async () => {
    const path = freshPath();
    await recorded(path, 1, 3);
    await recorded(path, 9, 0);
    tamper(path, (database) => database.exec('UPDATE sessions SET ended = NULL, clean = 0 WHERE id = 2'));
    expect(resumeOf(path, endpoint)).toMatchObject({ wantedFrom: 100n, endedAt: 0n, delivered: keysOf(1, 3) });
  });

  test('from nothing for a new capture', async () => {
    const path = freshPath();
    expect(resumeOf(path, endpoint)).toBeUndefined();
    expect(resumeOf(join(dirname(path), 'none', 'night.db'), endpoint)).toBeUndefined();
    writeFileSync(path, '');
    expect(resumeOf(path, endpoint)).toBeUndefined();
    await recorded(path, 1, 1, 'unix:///other');
    expect(resumeOf(path, endpoint)).toBeUndefined();
  });

  test('is refused for what is no capture', () => {
    const path = freshPath();
    mkdirSync(path);
    expect(() => resumeOf(path, endpoint)).toThrow(`${path} is a folder, not a capture`);
  });
});
