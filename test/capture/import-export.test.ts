import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exportLines } from '#docktape/capture/export.js';
import { importLines } from '#docktape/capture/import.js';
import type { Selection } from '#docktape/capture/selection.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { linesOf } from '#docktape/docker/own-events.js';
import { batchOfEvents, filesAt, freshPath, numbered, reading, record, tamper } from './support/captures.js';
import { Random } from './support/random.js';

/** Imports bytes that come in chunks of these sizes, over and over. */
function load(path: string, bytes: Buffer | string, sizes: readonly number[] = [64 * 1024]) {
  const all = Buffer.from(bytes);
  async function* chunks() {
    for (let at = 0, turn = 0; at < all.length; turn += 1) {
      const end = at + (sizes[turn % sizes.length] ?? 1);
      yield all.subarray(at, end);
      at = end;
    }
  }
  return importLines({ name: 'events.jsonl', chunks: chunks() }, path);
}

function exported(path: string, selection: Selection = {}, all = false): Buffer {
  return reading(path, (reader) => Buffer.concat([...exportLines(reader, selection, { all })]));
}

describe('what is imported comes out the same', () => {
  test.each([
    ['lines', '{"a":1}\n{"a":2}\n'],
    ['no newline at the end', '{"a":1}\n{"a":2}'],
    ['carriage returns', '{"a":1}\r\n{"a":2}\r\n'],
    ['a carriage return at the end', '{"a":1}\r\n{"a":2}\r'],
    ['blank lines at the end', '{"a":1}\n\n \t\r\n\n'],
    ['blanks without a newline at the end', '{"a":1}\n  '],
    ['white space around the object', '  {"a":1}\t\n{ "b" : 2 } \n'],
    ['nothing', ''],
    ['one event', '{}'],
    ['numbers that JavaScript cannot hold', '{"timeNano":1700000000123456789,"n":1e400,"m":0.10}\n'],
    ['keys twice', '{"a":1,"a":2,"__proto__":3,"":4}\n'],
    ['escapes', '{"a":"\\u0000\\u003c\\ud83d","b":"\u2028"}\n'],
  ])('%s', async (_, text) => {
    const path = freshPath();
    await load(path, text);
    expect(exported(path).toString('latin1')).toBe(Buffer.from(text).toString('latin1'));
  });

  test('bytes that are not UTF-8', async () => {
    const path = freshPath();
    const bytes = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
      Buffer.from('"}\n'),
    ]);
    await load(path, bytes);
    expect(exported(path).equals(bytes)).toBe(true);
  });

  test('any JSON lines in any chunks', async () => {
    const random = new Random(2_024);
    for (let round = 0; round < 40; round += 1) {
      const path = freshPath();
      const lines = Array.from({ length: random.below(300) }, () => madeUpLine(random));
      const text = lines.join('\n') + (lines.length > 0 ? random.pick(['', '\n', '\r\n', '\n\n', '\n \n\t']) : '');
      const sizes = Array.from({ length: 7 }, () => 1 + random.below(random.pick([3, 100, 5_000])));
      const summary = await load(path, text, sizes);
      expect(summary.events).toBe(lines.length);
      expect(exported(path).equals(Buffer.from(text)), `round ${round}`).toBe(true);
    }
  });

  test('session by session; all of them with a newline between', async () => {
    const path = freshPath();
    await load(path, '{"a":1}');
    await load(path, '{"a":2}\n\n');
    await load(path, '');
    await load(path, '{"a":3}');
    expect(exported(path, { session: 1 }).toString()).toBe('{"a":1}');
    expect(exported(path, { session: 2 }).toString()).toBe('{"a":2}\n\n');
    expect(exported(path, { session: 3 }).toString()).toBe('');
    expect(exported(path).toString()).toBe('{"a":1}\n{"a":2}\n{"a":3}');
  });

  test('a part of a session ends with a newline', async () => {
    const path = freshPath();
    await load(path, '{"timeNano":1}\n{"timeNano":2}\n{"timeNano":3}');
    expect(exported(path, { until: 2n }).toString()).toBe('{"timeNano":1}\n{"timeNano":2}\n');
    expect(exported(path, { since: 2n }).toString()).toBe('{"timeNano":2}\n{"timeNano":3}');
  });
});

function madeUpLine(random: Random): string {
  const text = Array.from({ length: random.below(30) }, () =>
    random.pick(['a', 'é', '\u{1f433}', '\\"', '\\\\', '{', '}', ':', 'docktape', ' ']),
  ).join('');
  const nested = random.pick(['null', '[]', '{"a":[1,{"b":true}]}', '1e5', '-0', `"${text}"`]);
  const time = random.pick([
    '',
    `,"time":${random.below(2_000_000_000)}`,
    `,"timeNano":17000000${random.below(1e9)}123`,
  ]);
  const end = random.pick(['', '', '', ' ', '\r', '\t ']);
  return `{"Type":"${random.pick(['container', 'image', text])}x","x":${nested}${time}}${end}`;
}

describe('times', () => {
  test('are those of the events, and of the import where there is none', async () => {
    const path = freshPath();
    const before = BigInt(Date.now()) * 1_000_000n;
    await load(
      path,
      '{"time":1700000000,"timeNano":1700000000123456789}\n{"time":1700000001}\n{}\n{"timeNano":99999999999999999999}\n',
    );
    const times = reading(path, (reader) => [...reader.events()].map(({ ts }) => ts));
    expect(times.slice(0, 2)).toEqual([1_700_000_000_123_456_789n, 1_700_000_001_000_000_000n]);
    const [session] = reading(path, (reader) => reader.sessions());
    expect(session).toMatchObject({ how: 'import', endpoint: 'events.jsonl', clean: true });
    expect(times.slice(2)).toEqual([session?.started, session?.started]);
    expect(session?.started).toBeGreaterThanOrEqual(before);
  });
});

describe('what is no event is refused with its line', () => {
  test.each([
    ['{"a":1}\nnonsense\n', 'line 2 is not JSON: nonsense'],
    ['{"a":1}\n{"a":\n1}\n', 'line 2 is not JSON: {"a":'],
    ['{"a":1}{"a":2}\n', 'line 1 is not JSON: {"a":1}{"a":2}'],
    ['{"a":1}\n[1]\n', 'line 2 is not a JSON object: [1]'],
    ['null', 'line 1 is not a JSON object: null'],
    ['"text"\n', 'line 1 is not a JSON object: "text"'],
    ['{"a":1}\n{"a":2}\n17', 'line 3 is not a JSON object: 17'],
    ['\n{"a":1}\n', 'line 1 is empty: an event is wanted on each line'],
    ['{"a":1}\n\r\n\n{"a":2}\n', 'line 2 is empty: an event is wanted on each line'],
    ['  ', 'line 1 is empty: an event is wanted on each line'],
    [`{"a":1}\n{}\n${'\n'.repeat(70_000)}`, 'line 3 is empty: an event is wanted on each line'],
    ['\ufeff{"a":1}\n', 'line 1 is not JSON: ?{"a":1}'],
    [`{"a":1}\n{"b":\u001b[31m${'x'.repeat(100)}\n`, `line 2 is not JSON: {"b":?[31m${'x'.repeat(50)}…`],
  ])('%j', async (text, message) => {
    for (const sizes of [[64 * 1024], [1]]) {
      if (text.length > 1_000 && sizes[0] === 1) continue;
      const path = freshPath();
      await expect(load(path, text, sizes)).rejects.toMatchObject({
        code: 'IMPORT',
        message: `events.jsonl: ${message}`,
      });
      expect(filesAt(path)).toEqual([]);
    }
  });

  test("docktape's own events are refused, however they are written", async () => {
    const own = linesOf([{ action: 'gap', daemonId: '', attributes: { endpoint: 'x' }, time: 1n }]).lines.toString();
    for (const line of [
      own,
      '{"Type":"docktape"}',
      '{ "Type"\t:  "docktape" }',
      '{"Type":"docktape","Type":"container"}',
      '{"Type":"container","a":[{}],"Type":"docktape"}',
      '{"\\u0054ype":"dockt\\u0061pe"}',
      `{"Type"${' '.repeat(500)}:"docktape"}`,
    ]) {
      const path = freshPath();
      await expect(load(path, `{"a":1}\n${line}`)).rejects.toThrow(
        "events.jsonl: line 2 is one of docktape's own events, which are not imported: export without --all",
      );
      expect(existsSync(path)).toBe(false);
    }
  });

  test('events that only speak of docktape are none of its own', async () => {
    const text = [
      '{"Type":"container","Actor":{"Type":"docktape"}}',
      '{"Type":"container","x":"\\"Type\\":\\"docktape\\""}',
      '{"type":"docktape","Type":"docktape2","a":["Type","docktape"]}',
      '{"docktape":"Type","Action":"docktape"}',
    ].join('\n');
    const path = freshPath();
    expect(await load(path, text)).toMatchObject({ events: 4 });
    expect(exported(path).toString()).toBe(text);
  });

  test('a capture that was there is as it was', async () => {
    const path = freshPath();
    await record(path, numbered(3));
    const before = readFileSync(path);
    const many = '{"Type":"container"}\n'.repeat(20_000);
    await expect(load(path, `${many}nonsense\n`)).rejects.toThrow('line 20001 is not JSON: nonsense');
    expect(reading(path, (reader) => [reader.count(), reader.sessions().length])).toEqual([3, 1]);
    expect(filesAt(path)).toEqual(['night.db']);
    expect(exported(path).toString()).toBe(batchOfEvents(numbered(3)).lines.toString());
    expect(before.length).toBe(readFileSync(path).length);
  });

  test('an input that breaks off with an error leaves no trace', async () => {
    const path = freshPath();
    async function* chunks() {
      yield Buffer.from('{"a":1}\n');
      throw new Error('the disk is gone');
    }
    await expect(importLines({ name: 'x', chunks: chunks() }, path)).rejects.toThrow('the disk is gone');
    expect(filesAt(path)).toEqual([]);
  });
});

describe('export', () => {
  test("leaves docktape's own events out unless all are asked for", async () => {
    const path = freshPath();
    const own = linesOf([
      { action: 'daemon lost', daemonId: 'ID', attributes: { endpoint: 'x', reason: 'docktape' }, time: 7n },
    ]);
    const about = '{"Type":"container","Actor":{"Attributes":{"image":"docktape"}}}';
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(
      batchOfEvents([
        ['{"a":1}', 5n],
        [about, 6n],
      ]),
    );
    const ownText = own.lines.toString();
    writer.write(own);
    await writer.close();
    expect(exported(path).toString()).toBe(`{"a":1}\n${about}\n`);
    expect(exported(path, {}, true).toString()).toBe(`{"a":1}\n${about}\n${ownText}`);
    expect(exported(path, { since: 7n }).toString()).toBe('');
  });

  test('refuses an end that is more than white space', async () => {
    const path = freshPath();
    await record(path, numbered(1));
    tamper(path, (database) => database.exec(`UPDATE sessions SET tail = char(10) || '{"forged":1}'`));
    expect(() => exported(path)).toThrow(`${path} is damaged: session 1 ends with more than white space`);
  });
});
