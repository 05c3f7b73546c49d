import { beforeEach, describe, expect, test } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import {
  batchOfEvents,
  type Event,
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

/** The lines that pages of these events have. */
function timed(events: readonly Event[]): string {
  return events.map(([payload, ts]) => `${ts} ${payload}\n`).join('');
}

describe('selections', () => {
  beforeEach(async () => {
    await record(path, numbered(10));
    await record(path, []);
    await record(path, numbered(5, 11));
  });

  test.each([
    ['all', {}, [1, 15]],
    ['the first session', { session: 1 }, [1, 10]],
    ['an empty session', { session: 2 }, []],
    ['the third session', { session: 3 }, [11, 15]],
    ['the last session', { session: 'last' as const }, [11, 15]],
    ['since', { since: 9n }, [9, 15]],
    ['until', { until: 2n }, [1, 2]],
    ['both, inclusive', { since: 4n, until: 12n }, [4, 12]],
    ['times within a session', { since: 4n, until: 12n, session: 1 }, [4, 10]],
    ['a moment', { since: 7n, until: 7n }, [7, 7]],
    ['nothing', { since: 16n }, []],
    ['nothing, the other way round', { since: 5n, until: 4n }, []],
  ])('%s', (_, selection, [first, last]) => {
    const expected = first === undefined ? [] : numbered((last ?? 0) - first + 1, first);
    reading(path, (reader) => {
      expect(reader.count(selection)).toBe(expected.length);
      expect(reader.lastSeq(selection)).toBe(last);
      expect([...reader.events(selection)].map(({ seq, ts, payload }) => [seq, ts, payload.toString()])).toEqual(
        expected.map(([payload, ts]) => [Number(ts), ts, payload]),
      );
      const eventNumber = reader.sequenceOf(selection);
      expect(expected.map((__, index) => eventNumber(index + 1))).toEqual(expected.map(([, ts]) => Number(ts)));
    });
    expect(pagedText(path, selection)).toBe(timed(expected));
  });

  test('an unknown session is an error that lists the known ones', () => {
    reading(path, (reader) => {
      expect(() => reader.count({ session: 4 })).toThrow(`${path} has no session 4: it has 1, 2, 3`);
      expect(() => reader.pages({ session: 4 }).next()).toThrow(`${path} has no session 4: it has 1, 2, 3`);
    });
  });

  test('the last session of a capture without any is an error', async () => {
    const empty = freshPath();
    await record(empty, []);
    tamper(empty, (database) => database.exec('DELETE FROM sessions'));
    expect(() => reading(empty, (reader) => reader.count({ session: 'last' }))).toThrow(`${empty} has no session yet`);
  });

  test('many sessions are not listed one by one', () => {
    tamper(path, (database) => {
      const insert = database.prepare("INSERT INTO sessions (how, started, docktape) VALUES ('record', 1, '0')");
      for (let id = 4; id <= 200; id += 1) insert.run();
    });
    expect(() => reading(path, (reader) => reader.count({ session: 999 }))).toThrow(
      'has no session 999: it has 1 to 200',
    );
  });
});

describe('times that go back and forth', () => {
  const times = [5n, 3n, 9n, 4n, 4n, 1n, 7n, 2n, 8n];
  const events = times.map((ts, index): Event => [`{"n":${index + 1}}`, ts]);

  beforeEach(() => record(path, events));

  test.each([
    [{ since: 3n, until: 5n }, [1, 2, 4, 5]],
    [{ since: 7n }, [3, 7, 9]],
    [{ until: 2n }, [6, 8]],
  ])('%o keeps the order of arrival', (selection, seqs) => {
    reading(path, (reader) => {
      expect([...reader.events(selection)].map(({ seq }) => seq)).toEqual(seqs);
      expect(reader.count(selection)).toBe(seqs.length);
      const eventNumber = reader.sequenceOf(selection);
      expect(seqs.map((_, index) => eventNumber(index + 1))).toEqual(seqs);
    });
    const selected = seqs.map((seq) => events[seq - 1] as Event);
    expect(pagedText(path, selection)).toBe(timed(selected));
    expect(pagedText(path, selection, 1)).toBe(timed(selected.slice(1)));
  });
});

describe('numbers with holes', () => {
  beforeEach(async () => {
    await record(path, numbered(1_000));
    tamper(path, (database) =>
      database.exec('DELETE FROM events WHERE seq % 10 BETWEEN 3 AND 5 OR seq BETWEEN 200 AND 799'),
    );
  });

  const kept = numbered(1_000).filter(([, ts]) => !(ts % 10n >= 3n && ts % 10n <= 5n) && !(ts >= 200n && ts < 800n));

  test.each([{}, { since: 150n, until: 900n }])('%o: positions lead to the right events', (selection) => {
    const { since = 0n, until = 1_000n } = selection as { since?: bigint; until?: bigint };
    const expected = kept.filter(([, ts]) => ts >= since && ts <= until);
    reading(path, (reader) => {
      expect(reader.count(selection)).toBe(expected.length);
      const eventNumber = reader.sequenceOf(selection);
      expect(expected.map((_, index) => eventNumber(index + 1))).toEqual(expected.map(([, ts]) => Number(ts)));
    });
    expect(pagedText(path, selection)).toBe(timed(expected));
    for (const skip of [1, 5, 137, expected.length - 1, expected.length, expected.length + 1]) {
      expect(pagedText(path, selection, skip)).toBe(timed(expected.slice(skip)));
    }
  });

  test.each([0, -1, 1.5, kept.length + 1])('there is no position %d', (position) => {
    reading(path, (reader) => expect(() => reader.sequenceOf()(position)).toThrow(RangeError));
  });
});

describe('pages', () => {
  const pagesOf = () =>
    reading(path, (reader) => [...reader.pages()].map(({ count, bytes }) => ({ count, bytes: bytes.length })));

  test('begin small, so that the first event comes soon, and grow to about 512 KiB', async () => {
    const line = `{"pad":"${'x'.repeat(580)}"}`;
    await record(
      path,
      Array.from({ length: 20_000 }, (_, n): Event => [line, BigInt(n)]),
    );
    const pages = pagesOf();
    expect(pages[0]?.count).toBeLessThanOrEqual(16);
    expect(pages.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
    const settled = pages.slice(6, -1);
    for (const { bytes } of settled) expect(Math.abs(bytes / (512 * 1024) - 1)).toBeLessThan(0.1);
  });

  test('stay bounded when small events are followed by very large ones', async () => {
    const small = numbered(5_000);
    const large = Array.from({ length: 12 }, (_, n): Event => [`{"pad":"${'x'.repeat(3 * 1024 * 1024)}"}`, BigInt(n)]);
    const events = [...small, ...large, ...small];
    await record(path, events);
    const pages = pagesOf();
    expect(Math.max(...pages.map(({ bytes }) => bytes))).toBeLessThan(4.5 * 1024 * 1024);
    expect(pages.reduce((sum, { count }) => sum + count, 0)).toBe(events.length);
    expect(pagedText(path) === timed(events)).toBe(true);
  });

  test('hold now and then a larger event without falling apart', async () => {
    const events = Array.from(
      { length: 4_000 },
      (_, n): Event => [`{"pad":"${'x'.repeat(n % 400 === 0 ? 60_000 : 500)}"}`, BigInt(n)],
    );
    await record(path, events);
    expect(pagesOf().length).toBeLessThan(40);
    expect(pagedText(path) === timed(events)).toBe(true);
  });

  test('can be read again and side by side', async () => {
    await record(path, numbered(100));
    reading(path, (reader) => {
      const pages = reader.pages();
      const events = reader.events();
      expect(pages.next().value?.count).toBe(16);
      expect(events.next().value?.seq).toBe(1);
      expect(reader.count()).toBe(100);
      expect([...pages].reduce((sum, { count }) => sum + count, 0)).toBe(84);
      expect([...events]).toHaveLength(99);
    });
  });

  test('of a capture that is being recorded end with what was there', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(numbered(1_000)));
    await writer.drained();
    while (reading(path, (reader) => reader.count()) < 1_000) await new Promise((resolve) => setTimeout(resolve, 10));
    const reader = CaptureReader.open(path);
    const pages = reader.pages();
    let count = pages.next().value?.count ?? 0;
    writer.write(batchOfEvents(numbered(1_000)));
    await writer.close();
    for (const page of pages) count += page.count;
    expect(count).toBe(1_000);
    expect(reader.count()).toBe(2_000);
    reader.close();
  });
});

test('statistics count by session and by kind', async () => {
  const kinds: Event[] = [
    ['{"Type":"container","Action":"start"}', 5n],
    ['{"Type":"container","Action":"exec_start: ls -l"}', 3n],
    ['{"Type":"container","Action":"exec_start: sh"}', 4n],
    ['not JSON', 9n],
    ['{"Type":"image"}', 8n],
  ];
  await record(path, kinds);
  await record(path, []);
  await record(path, [['{"Type":"container","Action":"exec_start"}', 2n]]);
  const stats = reading(path, (reader) => reader.stats());
  const bytes = batchOfEvents(kinds).lines.length;
  expect(stats).toMatchObject({ events: 6, bytes: bytes + 43, firstTime: 2n, lastTime: 9n, gaps: [] });
  expect(stats.sessions).toMatchObject([
    { id: 1, events: 5, bytes, firstTime: 3n, lastTime: 9n },
    { id: 2, events: 0, bytes: 0 },
    { id: 3, events: 1, bytes: 43, firstTime: 2n, lastTime: 2n },
  ]);
  expect(stats.sessions[1]).not.toHaveProperty('firstTime');
  expect(stats.kinds).toEqual([
    { type: 'container', action: 'exec_start', events: 3 },
    { events: 1 },
    { type: 'container', action: 'start', events: 1 },
    { type: 'image', events: 1 },
  ]);
});
