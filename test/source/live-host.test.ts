import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameKind, LogLevel } from '#docktape/source/frames.js';
import { eventLine, FakeDaemon, json, type Subscriber } from '../support/fake-daemon.js';
import { HostProcess } from '../support/host-process.js';

const T = 1_700_000_000_123_456_789n;

let daemon: FakeDaemon;
let host: HostProcess;

beforeEach(async () => {
  daemon = await FakeDaemon.absent();
  host = new HostProcess();
});

afterEach(async () => {
  await host.close();
  await daemon.remove();
});

function opened(): unknown[] {
  return host.texts(FrameKind.opened).map((text) => JSON.parse(text));
}

/** The parsed payloads of docktape's own events. */
function ownEvents(): { Action: string; Actor: { ID: string; Attributes: Record<string, string> } }[] {
  return host.events.map(({ payload }) => JSON.parse(payload)).filter(({ Type }) => Type === 'docktape');
}

async function connect(others: Readonly<Record<string, unknown>> = {}): Promise<Subscriber> {
  await daemon.listen();
  host.ask(daemon.address, others);
  return await daemon.subscriber();
}

describe('a live source', () => {
  it('says where its events come from, then hands them on byte for byte', async () => {
    const subscriber = await connect();
    const line = eventLine('start', T, { label: 'grüße 世界' });
    await subscriber.send(line);
    await host.until(() => host.events.length === 1);
    expect(opened()).toEqual([
      { what: `live events from ${daemon.address} (Docker 20.10.24, daemon ID ${FakeDaemon.id})` },
    ]);
    expect(host.frames[0]?.kind).toBe(FrameKind.opened);
    expect(host.events).toEqual([{ ts: T, payload: line.slice(0, -1) }]);
  });

  it('hands on a line of megabytes', async () => {
    const line = eventLine('start', T, { label: 'x'.repeat(3 << 20) });
    await (await connect()).send(line);
    await host.until(() => host.events.length === 1);
    expect(host.events[0]?.payload === line.slice(0, -1)).toBe(true);
  });

  it('after another host was lost marks the gap, and asks for nothing twice', async () => {
    const lostAt = Date.now() - 500;
    await daemon.listen();
    host.ask(`${daemon.address}?since=10m`, { lostAt });
    const subscriber = await daemon.subscriber();
    expect(subscriber.query.get('since')).toBe(null);
    await host.until(() => host.events.length === 1);
    expect(host.frames[0]?.kind).toBe(FrameKind.opened);
    expect(ownEvents()).toMatchObject([
      {
        Action: 'gap',
        Actor: { Attributes: { loss: 'possible', from: `${new Date(lostAt).toISOString().slice(0, -1)}000000Z` } },
      },
    ]);
  });

  it('asks for past events with since', async () => {
    await daemon.listen();
    host.ask(`${daemon.address}?since=1700000000.5`);
    expect((await daemon.subscriber()).query.get('since')).toBe('1700000000.500000000');
  });

  it('opens without a daemon, and gives events when it comes', async () => {
    host.ask(daemon.address);
    await host.until(() => opened().length === 1);
    expect(opened()).toEqual([
      { what: `live events from ${daemon.address}, once the daemon is there: there is no such socket` },
    ]);
    await daemon.listen();
    await (await daemon.subscriber()).send(eventLine('start', T));
    await host.until(() => host.events.length === 1);
    expect(opened()).toHaveLength(1);
    const logs = host.frames.filter(({ kind, count }) => kind === FrameKind.log && count < LogLevel.debug);
    expect(logs.map(({ count, body }) => [count, body.toString()])).toEqual([
      [LogLevel.warning, expect.stringMatching(/^waiting for the Docker daemon at /)],
      [LogLevel.info, expect.stringMatching(/^reading events from /)],
    ]);
  });

  it('tells a loss in its place', async () => {
    const first = await connect();
    await first.send(eventLine('start', T));
    await host.until(() => host.events.length === 1);
    first.cut();
    await (await daemon.subscriber()).send(eventLine('die', T));
    await host.until(() => host.events.length === 5);
    const told = host.events.map(({ payload }) => JSON.parse(payload).Action);
    expect(told).toEqual(['start', 'daemon lost', 'daemon back', 'gap', 'die']);
    expect(ownEvents().map(({ Actor }) => Actor.ID)).toEqual([FakeDaemon.id, FakeDaemon.id, FakeDaemon.id]);
  });

  it.each<[string, Record<string, unknown>, (daemon: FakeDaemon) => Promise<void>, RegExp]>([
    ['an absent daemon, with fail', { daemon: 'fail' }, async () => {}, /there is no such socket: start Docker/],
    [
      'a refusal, with retry',
      {},
      async (d) => {
        await d.listen();
        d.answer('/events', json(403, { message: 'authorization denied by plugin' }));
      },
      /answered 403: authorization denied by plugin: check/,
    ],
  ])('%s fails with cause and fix in the first 200 bytes', async (_, others, script, message) => {
    await script(daemon);
    host.ask(daemon.address, others);
    await host.until(() => host.texts(FrameKind.error).length === 1);
    expect(opened()).toEqual([]);
    expect(host.texts(FrameKind.error)[0]?.slice(0, 200)).toMatch(message);
    expect(await host.exit()).toBe(0);
    expect(host.stderr).toBe('');
  });

  it('sends only the log that is worth it', async () => {
    const subscriber = await connect({ logLevel: 'warning' });
    subscriber.cut();
    await host.until(() => ownEvents().length === 3);
    const logs = host.frames.filter(({ kind }) => kind === FrameKind.log);
    expect(logs.map(({ count }) => count)).toEqual([LogLevel.warning]);
  });
});

describe('with a slow plugin', () => {
  const payload = 'x'.repeat(1_000);

  it('the newest events are dropped and counted exactly, and a gap tells it in their place', async () => {
    const subscriber = await connect({ queueBytes: 1 << 20 });
    await subscriber.send(eventLine('start', T));
    await host.until(() => host.events.length === 1);
    host.pause();
    const sent = 20_000;
    for (let number = 0; number < sent; number += 100) {
      const lines = Array.from({ length: 100 }, (_, index) => eventLine(`${number + index}`, T, { payload }));
      await subscriber.send(lines.join(''));
    }
    // The daemon was never held up: it is the source host that has taken all of it off the socket.
    await subscriber.send(eventLine('last of the flood', T));
    host.resume();
    await host.until(() => ownEvents().length === 1);
    await subscriber.send(eventLine('after', T));
    await host.until(() => host.events.at(-1)?.payload.includes('after') ?? false);

    const actions = host.events.map(({ payload: text }) => JSON.parse(text).Action as string);
    const arrived = actions.slice(1, actions.indexOf('gap'));
    expect(arrived).toEqual(arrived.map((_, index) => String(index)));
    expect(actions.slice(actions.indexOf('gap'))).toEqual(['gap', 'after']);
    const dropped = sent + 1 - arrived.length;
    expect(dropped).toBeGreaterThan(0);
    expect(ownEvents()[0]?.Actor.Attributes).toMatchObject({
      endpoint: daemon.address,
      loss: 'certain',
      dropped: String(dropped),
      reason: 'the reader was slower than the daemon',
    });
    expect(JSON.parse(host.texts(FrameKind.stats).at(-1) ?? '')).toEqual({ queueBytes: 0, dropped });
  });

  it('one event larger than the queue still passes', async () => {
    const subscriber = await connect({ queueBytes: 10 });
    const line = eventLine('start', T, { payload });
    await subscriber.send(line);
    await host.until(() => host.events.length === 1);
    expect(host.events[0]?.payload).toBe(line.slice(0, -1));
  });
});
