import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameKind, LogLevel } from '#docktape/source/frames.js';
import { eventLine, FakeDaemon, json, type Subscriber } from '../support/fake-daemon.js';
import { HostProcess } from '../support/host-process.js';

const T = 1_700_000_000_123_456_789n;

const clock = () => BigInt(Date.now()) * 1_000_000n;

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

  it('says that it lives while nothing happens, so that the plugin need not take it for one that hangs', async () => {
    await (await connect()).send(eventLine('start', T));
    await host.until(() => host.texts(FrameKind.stats).length > 0);
    const stats = host.texts(FrameKind.stats).length;
    await host.until(() => host.texts(FrameKind.stats).length > stats);
    expect(host.texts(FrameKind.stats).at(-1)).toBe(host.texts(FrameKind.stats).at(-2));
  });

  it('hands on a line of megabytes', async () => {
    const line = eventLine('start', T, { label: 'x'.repeat(3 << 20) });
    await (await connect()).send(line);
    await host.until(() => host.events.length === 1);
    expect(host.events[0]?.payload === line.slice(0, -1)).toBe(true);
  });

  it('begins with the past events that since asks for', async () => {
    await daemon.listen();
    daemon.publish(eventLine('before', T - 1n), eventLine('since', T));
    host.ask(`${daemon.address}?since=1700000000.123456789`);
    await host.until(() => host.events.length === 1);
    expect(host.events[0]).toMatchObject({ ts: T, payload: expect.stringContaining('"Action":"since"') });
    expect(host.ownEvents).toEqual([]);
  });

  it('opens without a daemon, and gives events when it comes', async () => {
    host.ask(daemon.address);
    await host.until(() => opened().length === 1);
    expect(opened()).toEqual([
      { what: `live events from ${daemon.address}, once the daemon is there: there is no such socket` },
    ]);
    await daemon.listen();
    await (await daemon.subscriber()).send(eventLine('start', clock()));
    await host.until(() => host.events.length === 1);
    expect(opened()).toHaveLength(1);
    await host.until(() => (host.stats?.retries ?? 0) > 0);
    const logs = host.frames.filter(({ kind, count }) => kind === FrameKind.log && count < LogLevel.debug);
    expect(logs.map(({ count, body }) => [count, body.toString()])).toEqual([
      [LogLevel.warning, expect.stringMatching(/^waiting for the Docker daemon at /)],
      [LogLevel.info, expect.stringMatching(/^reading events from /)],
    ]);
  });

  it('tells a loss in its place, in frames for what docktape itself says', async () => {
    const first = await connect();
    await first.send(eventLine('start', clock()));
    await host.until(() => host.events.length === 1);
    first.cut();
    await (await daemon.subscriber()).send(eventLine('die', clock()));
    await host.until(() => host.events.some(({ payload }) => payload.includes('"die"')));
    const told = host.events.map(({ payload }) => JSON.parse(payload).Action);
    // The daemon does not remember the first event.
    expect(told).toEqual(['start', 'daemon lost', 'daemon back', 'gap', 'die']);
    expect(host.ownEvents.map(({ Actor }) => Actor.ID)).toEqual([FakeDaemon.id, FakeDaemon.id, FakeDaemon.id]);
    const figures = { dropped: 0, reconnects: 1, gapsCertain: 0, gapsPossible: 1, queueBytes: 0 };
    await host.until(() => Object.entries(figures).every(([name, value]) => host.stats?.[name] === value));
  });

  it('tells how far behind the daemon its events are', async () => {
    const subscriber = await connect();
    await subscriber.send(eventLine('start', clock() - 3_600_000_000_000n));
    await host.until(() => host.stats !== undefined);
    expect(host.stats?.lagMs).toBeGreaterThanOrEqual(3_600_000);
    await subscriber.send(eventLine('start', clock() + 3_600_000_000_000n));
    await host.until(() => host.stats?.lagMs === 0);
  });

  it('opens soon also when a daemon does not answer, and gives its events when it does', async () => {
    await daemon.listen();
    const answers: (() => void)[] = [];
    const answer = daemon.answerOf('/version');
    daemon.answer('/version', (request, response) => answers.push(() => answer(request, response)));
    host.ask(daemon.address);
    await host.until(() => opened().length === 1);
    expect(opened()).toEqual([{ what: `live events from ${daemon.address}, once the daemon answers` }]);
    daemon.answer('/version', answer);
    for (const late of answers) late();
    await (await daemon.subscriber()).send(eventLine('start', clock()));
    await host.until(() => host.events.length === 1);
    expect(opened()).toHaveLength(1);
  });

  it('with fail waits for the answer before it opens', async () => {
    await daemon.listen();
    const answer = daemon.answerOf('/version');
    daemon.answer('/version', (request, response) => setTimeout(() => answer(request, response), 1_500));
    host.ask(daemon.address, { daemon: 'fail' });
    await host.until(() => opened().length === 1);
    expect(opened()).toEqual([{ what: expect.stringContaining('(Docker 20.10.24') }]);
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
    await host.until(() => host.ownEvents.length === 3);
    const logs = host.frames.filter(({ kind }) => kind === FrameKind.log);
    expect(new Set(logs.map(({ count }) => count))).toEqual(new Set([LogLevel.warning]));
  });
});
