import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { childrenOf, heapOf } from '../support/processes.js';
import { type Drained, Loader, type Result } from './loader.js';

let loader: Loader;
beforeAll(async () => {
  loader = await Loader.start();
});
afterAll(async () => loader.end());

beforeEach(async () => loader.init('s', { flushinterval: 20, log_level: 'debug' }));
afterEach(async () => {
  await loader.do('close', 's', 'i');
  await loader.do('destroy', 's');
  await loader.log();
});

async function open(steps: string): Promise<void> {
  const result = await loader.do('open', 's', 'i', steps);
  if (result.rc !== 'success') throw new Error(`open: ${result.error}`);
}

test('events arrive in order with their times, our ID and no thread', async () => {
  await open('opened;events:2;events:1;end');
  const { events } = await loader.next('s', 'i');
  expect(events).toEqual([
    { number: 1, type: 322, id: 5, ts: '1000000000', tid: '18446744073709551615', payload: '{"n":0}' },
    { number: 2, type: 322, id: 5, ts: '1000000001', tid: '18446744073709551615', payload: '{"n":1}' },
  ]);
  expect((await loader.next('s', 'i')).events.map(({ payload }) => payload)).toEqual(['{"n":2}']);
});

test("docktape's own events come in their place", async () => {
  await open('opened;events:1;own:gap:7;events:1;end');
  const payloads: string[] = [];
  for (let result = await loader.next('s', 'i'); result.rc === 'success'; result = await loader.next('s', 'i')) {
    payloads.push(...result.events.map(({ ts, payload }) => `${ts} ${payload}`));
  }
  expect(payloads).toEqual(['1000000000 {"n":0}', '7 {"Type":"docktape","Action":"gap"}', '1000000001 {"n":1}']);
});

test('the end is told once the last event is delivered, and stays', async () => {
  await open('opened;events:3;end');
  expect(await loader.next('s', 'i')).toMatchObject({ rc: 'success' });
  for (let i = 0; i < 3; i++) expect(await loader.next('s', 'i')).toMatchObject({ rc: 'eof', events: [] });
  expect(childrenOf(loader.pid)).toEqual([]);
});

test('an empty replay ends without a successful batch of nothing', async () => {
  await open('opened:0;events:0;end');
  expect(await loader.do<Drained>('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 0, batches: 0 });
});

describe('waiting', () => {
  test('for about the flush interval, then a timeout', async () => {
    await open('opened;hold');
    for (let i = 0; i < 3; i++) {
      const { rc, ms } = await loader.do<Result & { ms: number }>('next', 's', 'i');
      expect(rc).toBe('timeout');
      expect(ms).toBeGreaterThanOrEqual(19);
    }
  });

  test('never for more than 100 ms, whatever the flush interval', async () => {
    await loader.init('slow', { flushinterval: 60_000 });
    await loader.do('open', 'slow', 'j', 'opened;hold');
    const { rc, ms } = await loader.do<Result & { ms: number }>('next', 'slow', 'j');
    expect(rc).toBe('timeout');
    expect(ms).toBeGreaterThanOrEqual(99);
    expect(ms).toBeLessThan(1000);
    await loader.do('destroy', 'slow');
  });

  test('not when there is an event: it is delivered at once', async () => {
    await loader.init('slow', { flushinterval: 60_000 });
    await loader.do('open', 'slow', 'j', 'opened;sleep:50;events:1;hold');
    const { rc, ms } = await loader.do<Result & { ms: number }>('next', 'slow', 'j');
    expect({ rc, early: ms < 99 }).toEqual({ rc: 'success', early: true });
    await loader.do('destroy', 'slow');
  });
});

test('signals that interrupt every call change nothing', async () => {
  await loader.do('ticker', 500);
  await open('opened:3000;sleep:50;flood:100:10:50000;until:2000;end');
  const waits = await loader.do<Result & { ms: number }>('next', 's', 'i');
  expect(waits.rc === 'success' || waits.ms >= 19).toBe(true);
  const drained = await loader.do<Drained>('drain', 's', 'i');
  await loader.do('close', 's', 'i');
  await loader.do('ticker', 0);
  expect(drained.rc).toBe('eof');
  expect(await loader.metrics()).toMatchObject({ events: 2990 });
  expect(childrenOf(loader.pid)).toEqual([]);
});

describe('batches', () => {
  test('are bounded in number', async () => {
    await open('opened;events:10000;end');
    const { events, largestBatch } = await loader.do<Drained>('drain', 's', 'i');
    expect(events).toBe(10_000);
    expect(largestBatch).toBeLessThanOrEqual(4096);
  });

  test('are bounded in bytes', async () => {
    await open('opened;events:100:100000;end');
    const { events, bytes, batches } = await loader.do<Drained>('drain', 's', 'i');
    expect({ events, bytes }).toEqual({ events: 100, bytes: 10_000_000 });
    expect(batches).toBeGreaterThanOrEqual(10);
  });

  test('take one event that is larger than the bound', async () => {
    await open('opened;events:1:5000000;events:2;end');
    expect(await loader.do<Drained>('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 3, largestBatch: 2 });
  });

  test('carry a million events', async () => {
    await open('opened;flood:2500:400:600;end');
    const drained = await loader.do<Drained>('drain', 's', 'i');
    expect(drained).toMatchObject({ rc: 'eof', events: 1_000_000, bytes: 600_000_000 });
    expect(await loader.metrics()).toMatchObject({ events: 1_000_000, bytes: 600_000_000 });
  });
});

/** A frame's header and body as hex: nothing has to agree. */
function frame(length: number, kind: number, count: number, body = ''): string {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(length, 0);
  header.writeUInt32LE(kind, 4);
  header.writeUInt32LE(count, 8);
  return Buffer.concat([header, Buffer.from(body)]).toString('hex');
}

describe('a damaged stream ends the source with an error and never gives a misread event', () => {
  const line = '5 {}\n';
  test.each([
    ['more lines than counted', frame(10, 2, 1, line + line), 'event 1 of 1: more follows'],
    ['fewer lines than counted', frame(5, 2, 2, line), 'event 2 of 2: no time'],
    ['a line without an end', frame(4, 2, 1, '5 {}'), 'event 1 of 1: no end'],
    ['a line without a time', frame(4, 2, 1, ' {}\n'), 'event 1 of 1: no time'],
    ['a negative time', frame(6, 2, 1, '-5 {}\n'), 'event 1 of 1: no time'],
    ['a time that means now', frame(24, 2, 1, '18446744073709551615 {}\n'), 'event 1 of 1: no time'],
    ['a time beyond 64 bits', frame(24, 2, 1, '18446744073709551616 {}\n'), 'event 1 of 1: no time'],
    ['a count without a body', frame(0, 2, 1_000_000), 'event 1 of 1000000: no time'],
    ['a count out of bounds', frame(0, 2, 4_000_000_000), 'event 1048576 of 4000000000: too many'],
    ['own events fewer than counted', frame(5, 7, 2, line), 'event 2 of 2: no time'],
    ['a line that names no context', frame(5, 9, 1, line), 'event 1 of 1: no number of a context'],
    [
      'a line whose context has a number of too many bits',
      frame(16, 9, 1, '5 4294967296 {}\n'),
      'no number of a context',
    ],
    ['a line of a context without end', frame(6, 9, 1, '5 0 {}'), 'event 1 of 1: no end'],
    ['lines with contexts fewer than counted', frame(7, 9, 2, '5 0 {}\n'), 'event 2 of 2: no time'],
    ['a context of which nothing was said', frame(7, 9, 1, '5 1 {}\n'), 'event 1 of 1: an unknown context'],
    [
      'a context of which nothing was said, behind one',
      frame(2, 8, 2, '{}') + frame(14, 9, 2, '5 2 {}\n5 1 {}\n'),
      'event 2 of 2: an unknown context',
    ],
    ['a context beyond all numbers', frame(10, 9, 1, '5 4096 {}\n'), 'event 1 of 1: an unknown context'],
    ['a context without a number', frame(2, 8, 0, '{}'), 'a damaged context (number 0, 2 bytes)'],
    ['a context with a number out of bounds', frame(2, 8, 4096, '{}'), 'a damaged context (number 4096, 2 bytes)'],
    ['a context of nothing', frame(0, 8, 1), 'a damaged context (number 1, 0 bytes)'],
    ['a context that is no object', frame(2, 8, 1, '[]'), 'a damaged context (number 1, 2 bytes)'],
    [
      'a context that is too long',
      frame(16_385, 8, 1, `{${' '.repeat(16_383)}}`),
      'a damaged context (number 1, 16385 bytes)',
    ],
    ['an unknown kind', frame(0, 10, 0), 'sent no frame (length 0, kind 10)'],
    ['a length out of bounds', frame(0xffffffff, 2, 1), 'sent no frame (length 4294967295, kind 2)'],
    ['text', Buffer.from('Error: cannot find module\n').toString('hex'), 'sent no frame'],
    ['stats that are not JSON', frame(1, 6, 0, '{'), 'damaged frame (stats)'],
  ])('%s', async (_, bytes, reason) => {
    await open(`opened;bytes:${bytes};events:5;end`);
    const { rc, error, events } = await loader.next('s', 'i');
    expect({ rc, events }).toEqual({ rc: 'failure', events: [] });
    expect(error).toContain(reason);
    expect(await loader.next('s', 'i')).toMatchObject({ rc: 'failure', error });
    expect(childrenOf(loader.pid)).toEqual([]);
  });

  test('a frame of JSON that is far too long', async () => {
    await open('opened;wide:60000;events:1;wide:70000;events:1;end');
    expect(await loader.next('s', 'i')).toMatchObject({ rc: 'success' });
    const { rc, error } = await loader.next('s', 'i');
    expect({ rc, error }).toEqual({ rc: 'failure', error: expect.stringContaining('damaged frame (stats)') });
  });

  test('a frame that is never whole takes no more memory than what has come of it', async () => {
    const before = heapOf(loader.pid);
    await open(`opened;bytes:${frame(256 << 20, 2, 1, line)};hold`);
    expect(await loader.do('next', 's', 'i')).toMatchObject({ rc: 'timeout' });
    expect(heapOf(loader.pid) - before).toBeLessThan(4096); // kB
  });

  test('an end before the source is open', async () => {
    expect(await loader.do('open', 's', 'i', 'end')).toMatchObject({
      rc: 'failure',
      error: 'the source host ended before it had opened its source',
    });
  });

  test('events before the source is open', async () => {
    expect(await loader.do('open', 's', 'i', 'events:1')).toMatchObject({
      rc: 'failure',
      error: 'the source host sent events before it had opened its source',
    });
  });
});

test('a frame that comes in pieces is put together', async () => {
  const bytes = frame(10, 2, 2, '5 {}\n6 []\n');
  const pieces = bytes.match(/.{1,6}/g) ?? [];
  await open(`opened;${pieces.map((piece) => `bytes:${piece};sleep:2`).join(';')};end`);
  const { events } = await loader.next('s', 'i');
  expect(events.map(({ ts, payload }) => [ts, payload])).toEqual([
    ['5', '{}'],
    ['6', '[]'],
  ]);
});

test('an error of the host comes after the events before it, and stays', async () => {
  await open('opened;events:2;error:the daemon is gone: start it');
  expect(await loader.next('s', 'i')).toMatchObject({ rc: 'success' });
  for (let i = 0; i < 2; i++) {
    expect(await loader.next('s', 'i')).toMatchObject({ rc: 'failure', error: 'the daemon is gone: start it' });
  }
});

test('log lines of the host reach the log, those of the configured level', async () => {
  await loader.init('quiet', { log_level: 'warning' });
  const steps = 'log:3:an error;log:4:a warning;log:6:a remark;log:7:a detail;opened;end';
  await open(steps);
  expect((await loader.log()).map(({ severity, text }) => `${severity} ${text}`)).toEqual([
    '3 an error',
    '4 a warning',
    '6 a remark',
    '7 a detail',
    '6 opened a fake source',
  ]);
  await loader.do('open', 'quiet', 'j', steps);
  expect((await loader.log()).map(({ text }) => text)).toEqual(['an error', 'a warning']);
  await loader.do('destroy', 'quiet');
});

test('metrics tell what the host reports', async () => {
  await open('opened;stats:100:3:1;stats:50:7:2:9:1:4:1234:30:6:5;events:2:40;hold');
  await loader.next('s', 'i');
  const counted = { events: 2, bytes: 80, reconnects: 2, retries: 9, gaps_certain: 1, gaps_possible: 4, dropped: 7 };
  const more = {
    queue_bytes: 50,
    host_restarts: 0,
    parse_errors: 0,
    lag_ms: 1234,
    inspects: 30,
    inspects_failed: 6,
    inspects_late: 5,
  };
  const { metrics, types } = await loader.do<Record<'metrics' | 'types', Record<string, number>>>('metrics', 's');
  expect(metrics).toEqual({ ...counted, ...more });
  expect(Object.keys(types).filter((name) => types[name] === 1)).toEqual(['queue_bytes', 'lag_ms']);
});

describe('progress', () => {
  test('of a replay', async () => {
    await open('opened:8;events:2;events:6;end');
    expect(await loader.do('progress', 's', 'i')).toEqual({ progress: 0, text: '0.00% (0 of 8 events)' });
    await loader.next('s', 'i');
    expect(await loader.do('progress', 's', 'i')).toEqual({ progress: 2500, text: '25.00% (2 of 8 events)' });
    await loader.do('drain', 's', 'i');
    expect(await loader.do('progress', 's', 'i')).toEqual({ progress: 10_000, text: '100.00% (8 of 8 events)' });
  });

  test('of an empty replay is all', async () => {
    await open('opened:0;end');
    expect(await loader.do('progress', 's', 'i')).toMatchObject({ progress: 10_000 });
  });

  test('of a live stream is nothing', async () => {
    await open('opened;events:2;hold');
    await loader.next('s', 'i');
    expect(await loader.do('progress', 's', 'i')).toEqual({ progress: 0, text: '' });
  });
});
