import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withContext } from '#docktape/docker/enrichment/event-context.js';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import { folder, Loader } from './loader.js';
import { keysOf, reportStep } from './requests.js';

let loader: Loader;
beforeEach(async () => {
  loader = await Loader.start();
  await loader.init();
});
afterEach(async () => loader.end());

let streams = 0;
/** Open params that report their request and then do `steps`; each has its own cursor. */
function stream(steps: string) {
  streams += 1;
  const { step, resume } = reportStep();
  return { params: `${step};${steps};sleep:0;log:7:${streams}`, resume };
}

async function open(params: string, state = 's', instance = 'i'): Promise<void> {
  const { rc, error } = await loader.do('open', state, instance, params);
  if (rc !== 'success') throw new Error(`open: ${error}`);
}

const close = (state = 's', instance = 'i') => loader.do('close', state, instance);

/** All that a hot reload of Falco does, in its order. */
async function reload(): Promise<void> {
  await close();
  await loader.do('destroy', 's');
  await loader.do('unload');
  await loader.load();
  await loader.init();
}

const nanos = () => BigInt(Date.now()) * 1_000_000n;

describe('a stream that is opened again', () => {
  test('tells its host what was delivered, when that ended, and from when events are wanted', async () => {
    const { params, resume } = stream('opened;events:3;hold');
    const before = nanos();
    await open(params);
    expect(resume()).toBeNull();
    const opened = nanos() + 1_000_000n;
    await loader.next('s', 'i');
    await loader.do('next', 's', 'i');
    await reload();
    await open(params);
    const { reason, wantedFrom, endedAt, delivered } = resume() ?? {};
    expect(reason).toBe('Falco opened the source again');
    expect(delivered).toEqual(keysOf(0, 3));
    expect(BigInt(wantedFrom ?? 0)).toBeGreaterThanOrEqual(before);
    expect(BigInt(wantedFrom ?? 0)).toBeLessThanOrEqual(opened);
    // What the fake host sends is old, and quiet proves nothing yet.
    expect(endedAt).toBe(wantedFrom);
  });

  test('goes on from the very first one, over any number of reloads', async () => {
    const { params, resume } = stream('opened;events:2;hold');
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      await open(params);
      seen.push(resume()?.wantedFrom);
      await loader.next('s', 'i');
      await loader.do('next', 's', 'i');
      await reload();
    }
    await open(params);
    expect(resume()?.delivered).toEqual([...keysOf(0, 2), ...keysOf(0, 2), ...keysOf(0, 2), ...keysOf(0, 2)]);
    expect(new Set(seen.slice(1)).size).toBe(1);
  });

  test('keeps the last 1,024 keys', async () => {
    const { params, resume } = stream('opened;events:700;events:2500;events:100;hold');
    await open(params);
    for (let i = 0; i < 3; i++) await loader.next('s', 'i');
    await loader.do('next', 's', 'i');
    await reload();
    await open(params);
    expect(resume()?.delivered).toEqual(keysOf(3300 - 1024, 3300));
  });

  test('has nothing to do with a stream of other open params, nor with a replay', async () => {
    const live = stream('opened;events:2;hold');
    const replay = stream('opened:2;events:2;end');
    for (const { params } of [live, replay]) {
      await open(params);
      await loader.do('ask', 's', 'i', (await loader.next('s', 'i')).events.length);
      await reload();
    }
    const other = stream('opened;hold');
    for (const { params, resume } of [other, replay]) {
      await open(params);
      expect(resume()).toBeNull();
      await close();
    }
  });

  test('shares nothing with one of the same open params that is still open', async () => {
    const { params, resume } = stream('opened;events:2;hold');
    await open(params, 's', 'i');
    await loader.next('s', 'i');
    await loader.init('t');
    await open(params, 't', 'j');
    expect(resume()).toBeNull();
    await loader.next('t', 'j');
    await close('t', 'j');
    await loader.do('next', 's', 'i');
    await close();
    await open(params);
    expect(resume()?.delivered).toEqual(keysOf(0, 2));
  });

  test('knows no more than before when it could not be opened', async () => {
    const failed = stream('error:no daemon');
    expect(await loader.do('open', 's', 'i', failed.params)).toMatchObject({ rc: 'failure' });
    expect(await loader.do('open', 's', 'i', failed.params)).toMatchObject({ rc: 'failure' });
    expect(failed.resume()).toBeNull();
  });
});

describe('of the last batch, what Falco consumed counts', () => {
  test('all of it when it comes back for more', async () => {
    const { params, resume } = stream('opened;events:5;hold');
    await open(params);
    await loader.next('s', 'i');
    await loader.do('ask', 's', 'i', 2);
    expect(await loader.do('next', 's', 'i')).toMatchObject({ rc: 'timeout' });
    await reload();
    await open(params);
    expect(resume()?.delivered).toEqual(keysOf(0, 5));
  });

  test.each([
    ['up to the last one that it asked about, when it closes', 3],
    ['all when it asked about the last one', 5],
  ])('%s', async (_, asked) => {
    const { params, resume } = stream('opened;events:5;hold');
    await open(params);
    await loader.next('s', 'i');
    await loader.do('ask', 's', 'i', asked);
    await reload();
    await open(params);
    expect(resume()?.delivered).toEqual(keysOf(0, asked));
  });

  test('nothing when it asks about events but did not of this batch', async () => {
    const { params, resume } = stream('opened;events:2;events:2;hold');
    await open(params);
    await loader.next('s', 'i');
    await loader.do('ask', 's', 'i', 1);
    await loader.next('s', 'i');
    await reload();
    await open(params);
    expect(resume()?.delivered).toEqual(keysOf(0, 2));
  });

  test('all when it never asks about any', async () => {
    const { params, resume } = stream('opened;events:2;events:2;hold');
    await open(params);
    await loader.next('s', 'i');
    await loader.next('s', 'i');
    await reload();
    await open(params);
    expect(resume()?.delivered).toEqual(keysOf(0, 4));
  });

  test('nothing of the very first batch unless it asked: rather twice than never', async () => {
    const { params, resume } = stream('opened;events:2;hold');
    await open(params);
    await loader.next('s', 'i');
    await reload();
    await open(params);
    expect(resume()?.delivered).toEqual([]);
  });

  test('an event of another place, or of another stream of the same state, is none of it', async () => {
    const { params, resume } = stream('opened;events:5;hold');
    const other = stream('opened;events:5;hold');
    await open(params);
    await open(other.params, 's', 'j');
    await loader.next('s', 'i');
    await loader.do('ask', 's', 'i', 2);
    await loader.next('s', 'j');
    await loader.do('ask', 's', 'j', 4);
    await loader.do('event', 0, 1, 1, 5, Buffer.from('{}').toString('hex'));
    await loader.do('extract', 's', 0, '0:9:0:docker.type');
    await close();
    await close('s', 'j');
    await open(params);
    await open(other.params, 's', 'j');
    expect([resume()?.delivered, other.resume()?.delivered]).toEqual([keysOf(0, 2), keysOf(0, 4)]);
  });
});

test("docktape's own events are not the daemon's: they are in no cursor", async () => {
  const { params, resume } = stream('opened;events:1;own:gap;events:1;hold');
  await open(params);
  for (let i = 0; i < 3; i++) await loader.next('s', 'i');
  await loader.do('next', 's', 'i');
  await close();
  await open(params);
  expect(resume()?.delivered).toEqual(keysOf(0, 2));
});

test('keys are of what the daemon sent, without the context that was put beside it', async () => {
  const sent = ['{"n":0}', '{"n":1,"a":{"b":{}}}', '{"n":2,"a":"x,\\"docktape\\":{","c":{}}'];
  const context = { json: Buffer.from('{"host":{"name":"h"},"container":{"command":["{"]}}') };
  const lines = [...sent, ...sent.map((line) => withContext(Buffer.from(line), context).toString())];
  const body = Buffer.from(lines.map((line) => `1 ${line}\n`).join(''));
  const { params, resume } = stream(`opened;frame:2:${lines.length}:${body.toString('hex')};hold`);
  await open(params);
  const { events } = await loader.next('s', 'i');
  expect(events.map(({ payload }) => payload)).toEqual(lines);
  await loader.do('next', 's', 'i');
  await close();
  await open(params);
  const keys = sent.map((line) => eventKey(Buffer.from(line), 0, Buffer.byteLength(line)));
  expect(resume()?.delivered).toEqual([...keys, ...keys]);
});

describe('until when nothing is missing is known', () => {
  const opened = 'opened;sleep:1500';
  /** An event of this time, in seconds since the epoch. */
  const event = (seconds: number) => `frame:2:1:${Buffer.from(`${seconds}000000000 {}\n`).toString('hex')}`;

  test('by the last event, less a second: events are not stamped in their order', async () => {
    const { params, resume } = stream(`${opened};${event(9e9)};hold`);
    await open(params);
    await loader.next('s', 'i');
    await loader.do('next', 's', 'i');
    const heard = nanos();
    await close();
    await open(params);
    const { wantedFrom, endedAt } = resume() ?? {};
    expect(BigInt(endedAt ?? 0)).toBeGreaterThan(BigInt(wantedFrom ?? 0));
    expect(BigInt(endedAt ?? 0)).toBeLessThanOrEqual(heard - 999_000_000n);
  });

  test.each([
    ['not by an old event', event(1)],
    ['not by quiet, of which a hanging host has as much', ''],
    ["not by docktape's own events", 'own:daemon lost:9000000000000000000;own:daemon back:9000000000000000000'],
  ])('%s', async (_, sent) => {
    const { params, resume } = stream(`opened;${event(1)};sleep:1500;${sent};hold`);
    await open(params);
    await loader.next('s', 'i');
    for (const end = nanos() + 2_000_000_000n; nanos() < end; ) await loader.do('next', 's', 'i');
    await close();
    await open(params);
    const { wantedFrom, endedAt } = resume() ?? {};
    expect(endedAt).toBe(wantedFrom);
  });
});

test('the host after one that crashed goes on as well', async () => {
  const file = join(folder, 'crashed');
  const { params, resume } = stream(`opened;first:${file};events:3;exit:1;later;hold`);
  await open(params);
  await loader.log(); // of the first host, so that what follows is of the second
  await loader.next('s', 'i');
  while ((await loader.metrics()).host_restarts === 0) await loader.do('next', 's', 'i');
  while ((await loader.log()).filter(({ text }) => text.startsWith('opened')).length === 0)
    await loader.do('next', 's', 'i');
  expect(resume()).toMatchObject({ reason: 'the source host was started again', delivered: keysOf(0, 3) });
});

test('20 hot reloads under load neither lose nor repeat an event', { timeout: 60_000 }, async () => {
  const daemon = join(folder, 'daemon');
  writeFileSync(daemon, '');
  let made = 0;
  const make = setInterval(() => {
    writeFileSync(daemon, 'x', { flag: 'a' });
    made += 1;
  }, 2);
  const numbers: number[] = [];
  const params = `opened;follow:${daemon}`;
  try {
    for (let round = 0; round < 20; round++) {
      await open(params);
      const enough = numbers.length + 50;
      for (let isLast = false; !isLast; ) {
        const { events } = await loader.next('s', 'i');
        isLast = numbers.length + events.length >= enough;
        // Falco stops anywhere in its last batch; who asks for another one has had all of it.
        const asked = isLast ? Math.ceil(events.length / 2) : events.length;
        await loader.do('ask', 's', 'i', asked);
        numbers.push(...events.slice(0, asked).map(({ payload }) => (JSON.parse(payload) as { n: number }).n));
      }
      await reload();
    }
  } finally {
    clearInterval(make);
  }
  const first = numbers[0] ?? -1;
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => first + i));
  console.log(`20 hot reloads: ${made} events made, ${numbers.length} read, none lost, none twice`);
});
