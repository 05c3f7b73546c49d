import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { exportLines } from '#docktape/capture/export.js';
import { importLines } from '#docktape/capture/import.js';
import { mergeCaptures } from '#docktape/capture/merge.js';
import type { CaptureReader } from '#docktape/capture/reader.js';
import { repairCapture } from '#docktape/capture/repair/repair.js';
import { sliceCapture } from '#docktape/capture/slice.js';
import { verifyCapture } from '#docktape/capture/verify/verify.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { projectPath } from '../support/docktape.js';
import {
  batchOfEvents,
  contextsIn,
  type Event,
  freshPath,
  pagedText,
  reading,
  record,
  tamper,
} from './support/captures.js';

const X = '{"host":{"name":"x"}}';
const Y = '{"host":{"name":"y"},"container":{"privileged":true}}';

let path: string;

beforeEach(() => {
  path = freshPath();
});

/** How many contexts a capture keeps. */
function stored(file: string): number {
  let count: unknown;
  tamper(file, (database) => {
    count = database.prepare('SELECT count(*) FROM contexts').pluck().get();
  });
  return count as number;
}

const linesIn = (file: string, withContext: boolean) =>
  reading(file, (reader) => [...reader.lines({}, { withContext })].map(({ bytes }) => bytes.toString()).join(''));

const importText = (text: string) =>
  importLines(
    {
      name: 'events.jsonl',
      chunks: (async function* () {
        yield Buffer.from(text);
      })(),
    },
    path,
  );

describe('a context', () => {
  const events: Event[] = [
    ['{"n":1}', 1n, X],
    ['{"n":2}', 2n],
    ['{"n":3}', 3n, Y],
    ['{"n":4}', 4n, X],
  ];

  test('is kept apart from the daemon’s bytes, and spliced in where events are replayed', async () => {
    await record(path, events);
    const docktape = (n: number, json: string) => `{"n":${n},"docktape":${json}}\n`;
    const spliced = [docktape(1, X), '{"n":2}\n', docktape(3, Y), docktape(4, X)];
    expect(pagedText(path)).toBe(spliced.map((line, index) => `${index + 1} ${line}`).join(''));
    expect(linesIn(path, true)).toBe(spliced.join(''));
    expect(linesIn(path, false)).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n');
    expect(contextsIn(path)).toEqual([
      [1, X],
      [2, undefined],
      [3, Y],
      [4, X],
    ]);
    expect(pagedText(path, { since: 3n, until: 3n })).toBe(`3 ${docktape(3, Y)}`);
    expect(reading(path, (reader) => reader.stats().withContext)).toBe(3);
    expect((await verifyCapture(path)).problems).toEqual([]);
  });

  test('is stored once, however many events, batches and objects have it', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    for (let batch = 0; batch < 20; batch += 1) writer.write(batchOfEvents(events));
    await writer.close();
    expect(stored(path)).toBe(2);
    expect(contextsIn(path).map(([, context]) => context)).toEqual(Array(20).fill([X, undefined, Y, X]).flat());
  });

  test('is right also when there are more than are remembered', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    const contextOf = (n: number) => `{"host":{"name":"${n}"}}`;
    const batch = (first: number): Event[] =>
      Array.from({ length: 9_000 }, (_, index) => [`{}`, 1n, contextOf(first + index)]);
    for (const first of [0, 9_000, 18_000, 27_000, 0]) writer.write(batchOfEvents(batch(first)));
    await writer.close();
    const names = [...Array(36_000).keys(), ...Array(9_000).keys()];
    expect(contextsIn(path)).toEqual(names.map((name, index) => [index + 1, contextOf(name)]));
  });

  test('counts among the bytes that wait, until they are committed', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(events));
    expect(writer.figures).toMatchObject({ bytes: 32, queuedBytes: 32 + X.length + Y.length });
    await expect.poll(() => writer.figures).toMatchObject({ committed: 4, queuedBytes: 0 });
    await writer.close();
  });

  test.each([
    ['no JSON', 'text'],
    ['white space at the end', '{"n":1} '],
    ['an empty object', '{}'],
    ['nothing', ''],
  ])('is kept, and not shown, of a line that cannot take it: %s', async (_, payload) => {
    await record(path, [
      [payload, 1n, X],
      ['{"n":2}', 2n, Y],
    ]);
    expect(pagedText(path)).toBe(`1 ${payload}\n2 {"n":2,"docktape":${Y}}\n`);
    expect(contextsIn(path)[0]).toEqual([1, X]);
  });

  test('stands in bytes that are not UTF-8 and with a NUL among them', async () => {
    const payload = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0, 0xff, 0xc3]), Buffer.from('"}')]);
    await record(path, [[payload, 7n, X]]);
    const expected = Buffer.concat([Buffer.from('7 '), payload.subarray(0, -1), Buffer.from(`,"docktape":${X}}\n`)]);
    reading(path, (reader) => expect([...reader.pages()][0]?.bytes.equals(expected)).toBe(true));
  });

  test('may be large, and so may be the event', async () => {
    const large = `{"host":{"name":"${'x'.repeat(5_000_000)}"}}`;
    const payload = `{"pad":"${'y'.repeat(5_000_000)}"}`;
    await record(path, [...events, [payload, 5n, large], ['{"n":6}', 6n, large], ['{"n":7}', 7n, X]]);
    const text = pagedText(path, { since: 5n });
    expect(
      text ===
        `5 ${payload.slice(0, -1)},"docktape":${large}}\n6 {"n":6,"docktape":${large}}\n7 {"n":7,"docktape":${X}}\n`,
    ).toBe(true);
  });

  test('comes into a capture of format 1 when that is appended to', async () => {
    copyFileSync(projectPath('test/capture/support/format-1.db'), path);
    const before = pagedText(path);
    await record(path, events);
    expect(pagedText(path, { session: 1 })).toBe(before);
    expect(pagedText(path, { session: 2 })).toContain(`"docktape":${Y}`);
  });
});

describe('export and import', () => {
  const daemonLines = '{"n":1}\n{"n":2}\r\n{"n":3}';

  test('keep both apart on the way there and back', async () => {
    await record(path, [
      ['{"Type":"container","n":1}', 1n, X],
      ['{"n":2}', 2n],
      ['{"Type":"docktape","Action":"gap"}', 3n, X],
    ]);
    const text = (all: boolean) =>
      reading(path, (reader) => Buffer.concat([...exportLines(reader, {}, { all, withContext: true })]).toString());
    expect(text(false)).toBe(`{"Type":"container","n":1,"docktape":${X}}\n{"n":2}\n`);
    expect(text(true)).toContain(`{"Type":"docktape","Action":"gap","docktape":${X}}\n`);
    const exported = text(false);
    path = freshPath();
    await importText(exported);
    expect(linesIn(path, false)).toBe('{"Type":"container","n":1}\n{"n":2}\n');
    expect(contextsIn(path)).toEqual([
      [1, X],
      [2, undefined],
    ]);
    expect(text(false)).toBe(exported);
  });

  test.each([
    ['deeper in the event', '{"Actor":{"Attributes":{"a":"b","docktape":{"x":1}}}}'],
    ['with white space', '{"n":1, "docktape": {"x":1}}'],
    ['in a string', '{"n":",\\"docktape\\":{","m":{}}'],
    ['that is no object', '{"n":1,"docktape":[{}]}'],
    ['that is the first', '{"docktape":{"x":1}}'],
    ['deeper than SQLite reads', `{"n":1,"docktape":{"a":${'['.repeat(1000)}${']'.repeat(1000)}}}`],
    ['with more behind it', '{"n":1,"docktape":{"x":1},"m":{}}'],
  ])('leave a member alone that is nobody’s context: %s', async (_, line) => {
    await importText(`${line}\n`);
    expect(linesIn(path, false)).toBe(`${line}\n`);
    expect(stored(path)).toBe(0);
  });

  test('refuse docktape’s own event with a context as well', async () => {
    await expect(importText(`{"Type":"docktape","docktape":${X}}\n`)).rejects.toThrow("docktape's own events");
  });

  test('give a file without contexts back as it was', async () => {
    await importText(daemonLines);
    reading(path, (reader) => expect(Buffer.concat([...exportLines(reader, {}, {})]).toString()).toBe(daemonLines));
  });
});

describe('what is made of captures', () => {
  const events: Event[] = Array.from({ length: 60 }, (_, index) => [
    `{"n":${index + 1}}`,
    BigInt(index + 1),
    index % 4 === 0 ? undefined : `{"host":{"name":"${index % 7}"}}`,
  ]);

  beforeEach(() => record(path, events));

  test('a slice has the contexts of its events, and its condition sees them', async () => {
    const out = freshPath('slice.db');
    const seen: unknown[] = [];
    await sliceCapture(path, out, {
      where: {
        text: 'docker.n > 30',
        select: ({ contexts, count }) => {
          seen.push(...(contexts?.map((context) => context?.json.toString()) ?? []));
          return Uint8Array.from({ length: count }, (_, index) => Number(index >= 30));
        },
      },
    });
    expect(seen).toEqual(events.map(([, , context]) => context));
    expect(contextsIn(out)).toEqual(contextsIn(path).slice(30));
    expect(stored(out)).toBe(7);
    expect((await verifyCapture(out)).problems).toEqual([]);
  });

  test('a merge as well, in which contexts are numbered anew', async () => {
    const [other, out] = [freshPath('other.db'), freshPath('merge.db')];
    await record(other, [['{"n":0}', 30n, Y]]);
    await mergeCaptures([other, path], out);
    const names = contextsIn(out).map(([, context]) => context);
    expect(names.filter((context) => context === Y)).toHaveLength(1);
    expect(names.filter((context) => context !== Y)).toEqual(events.map(([, , context]) => context));
    expect(stored(out)).toBe(8);
  });

  test('a repair brings contexts back, and says of how many events they are lost', async () => {
    const bytes = readFileSync(path);
    const out = freshPath('whole.db');
    expect(await repairCapture(path, out)).toMatchObject({ events: 60, lostContexts: 0 });
    expect(contextsIn(out)).toEqual(contextsIn(path));
    const at = bytes.lastIndexOf('{"host":{"name":"3"}}');
    bytes.write('[', at);
    writeFileSync(path, bytes);
    const saved = freshPath('saved.db');
    const lost = events.filter(([, , context]) => context === '{"host":{"name":"3"}}').length;
    expect(await repairCapture(path, saved)).toMatchObject({ events: 60, lostContexts: lost, damagedRows: 1 });
    expect(contextsIn(saved).map(([, context]) => context)).toEqual(
      events.map(([, , context]) => (context === '{"host":{"name":"3"}}' ? undefined : context)),
    );
    expect((await verifyCapture(saved)).problems).toEqual([]);
  });
});

describe('a hostile context is damage that is named, and never another event', () => {
  const setJson = (json: string) => (database: Database) =>
    void database.prepare('UPDATE contexts SET json = ? WHERE id = 2').run(json);
  const forged = '{},"Type":"container","Action":"start","x":{}';

  const readers: readonly ((reader: CaptureReader) => unknown)[] = [
    (reader) => [...reader.pages()],
    (reader) => [...reader.lines({}, { withContext: true })],
    (reader) => [...reader.events()],
  ];

  test.each<readonly [string, (database: Database) => void]>([
    ['a newline', setJson('{"a":1}\n{"b":2}')],
    ['white space that is one', setJson('{"a":\n1}')],
    ['an array', setJson('[]')],
    ['a text', setJson('text')],
    ['nothing', setJson('')],
    ['members of the event behind it', setJson(forged)],
    ['a seam of its own', setJson('{"a":{},"docktape":{"container":{}}}')],
    ['a number that no context has', (database) => void database.exec('UPDATE events SET context = 9 WHERE seq = 300')],
    [
      'a negative number',
      (database) =>
        void database.exec(
          'UPDATE contexts SET id = -2 WHERE id = 2; UPDATE events SET context = -2 WHERE context = 2',
        ),
    ],
  ])('%s', async (_, forge) => {
    await record(path, [...Array<Event>(299).fill(['{"n":1}', 1n, X]), ['{"n":2}', 1n, Y], ['{"n":3}', 1n, X]]);
    tamper(path, (database) => {
      database.pragma('foreign_keys = OFF');
      forge(database);
    });
    reading(path, (reader) => {
      for (const read of readers) {
        expect(() => read(reader)).toThrow(`${path} is damaged at event 300: its context is not`);
      }
      // The daemon's own bytes are not touched by that.
      expect([...reader.lines()].reduce((sum, { count }) => sum + count, 0)).toBe(301);
    });
    expect((await verifyCapture(path)).problems).not.toEqual([]);
  });

  test('that is missing is not made up for by another event of two lines', async () => {
    await record(path, [
      ['{"n":1}', 1n, X],
      ['{"n":2}', 1n, X],
      ['{"n":3}', 1n, X],
    ]);
    tamper(path, (database) => {
      database.pragma('foreign_keys = OFF');
      database.exec(
        `UPDATE events SET context = 9 WHERE seq = 2; UPDATE events SET payload = '{}' || char(10) || '{}' WHERE seq = 3`,
      );
    });
    for (const read of readers) reading(path, (reader) => expect(() => read(reader)).toThrow('is damaged at event'));
  });

  test('of a great size is not read', async () => {
    await record(path, [['{"n":1}', 1n, X]]);
    tamper(path, (database) =>
      database.exec(`UPDATE contexts SET json = '{"a":"' || replace(hex(zeroblob(34000000)), '0', 'x') || '"}'`),
    );
    for (const read of readers) {
      reading(path, (reader) => expect(() => read(reader)).toThrow('is damaged at event 1: its context is not'));
    }
  }, 60_000);
});
