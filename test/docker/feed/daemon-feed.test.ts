import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveEndpoint } from '#docktape/docker/endpoint.js';
import { DaemonFeed, type FeedOptions } from '#docktape/docker/feed/daemon-feed.js';
import { eventLine, FakeDaemon, json } from '../../support/fake-daemon.js';
import { RecordingSink } from '../../support/recording-sink.js';

const T = 1_700_000_000_123_456_789n;

const now = () => BigInt(Date.now()) * 1_000_000n;

let daemon: FakeDaemon;
let sink: RecordingSink;
let feed: DaemonFeed | undefined;

beforeEach(async () => {
  daemon = await FakeDaemon.absent();
  sink = new RecordingSink();
});

afterEach(async () => {
  feed?.stop();
  await daemon.remove();
});

function follow(options: FeedOptions): void {
  feed = new DaemonFeed(resolveEndpoint(daemon.address, { useCurrentContext: false }), options, sink);
  feed.start();
}

const retry = { onAbsent: 'retry', answerTimeout: 500 } as const;
const fail = { onAbsent: 'fail', answerTimeout: 500 } as const;

describe('the events of a daemon', () => {
  beforeEach(() => daemon.listen());

  it('arrive byte for byte, with their times, wherever chunks are cut', async () => {
    follow(fail);
    const subscriber = await daemon.subscriber();
    const lines = [eventLine('start', T, { label: 'grüße 世界 🐳' }), eventLine('die', T + 1n)];
    const bytes = Buffer.from(lines.join(''));
    for (let at = 0; at < bytes.length; at += 7) await subscriber.send(bytes.subarray(at, at + 7));
    await sink.until(() => sink.count === 2);
    expect(sink.text).toBe(lines.join(''));
    expect(sink.batches.flatMap((batch) => [...batch.times])).toEqual([T, T + 1n]);
  });

  it('may be megabytes long', async () => {
    follow(fail);
    const line = eventLine('start', T, { label: 'x'.repeat(3 << 20) });
    await (await daemon.subscriber()).send(line);
    await sink.until(() => sink.count === 1);
    expect(sink.text).toBe(line);
  });

  it('pass though they are not JSON, with the time of arrival', async () => {
    follow(fail);
    const before = BigInt(Date.now()) * 1_000_000n;
    await (await daemon.subscriber()).send('no json at all\n\n');
    await sink.until(() => sink.count === 1);
    expect(sink.text).toBe('no json at all\n');
    expect(sink.batches[0]?.times[0]).toBeGreaterThanOrEqual(before);
  });

  it("may have podman's layout", async () => {
    daemon.answer('/version', json(200, { Version: '5.0.2', Components: [{ Name: 'Podman Engine' }] }));
    follow(fail);
    const line = `{"Type":"container","Action":"died","timeNano":${T},"HealthStatus":"","status":"died"}\n`;
    await (await daemon.subscriber()).send(line);
    await sink.until(() => sink.count === 1);
    expect(sink.batches[0]?.times[0]).toBe(T);
    expect(sink.daemons[0]?.engine).toBe('Podman 5.0.2');
  });

  it('are asked for without an API version or filters, and until `until`', async () => {
    follow({ ...fail, since: T, until: 1n });
    const { path, query } = await daemon.subscriber();
    expect(path).toBe('/events');
    // Docker stops its search at the first event that is older than `since`, so it is asked for all that it remembers.
    expect([...query].sort()).toEqual([
      ['since', '0'],
      ['until', '0.000000001'],
    ]);
  });

  it('are live only without `since`', async () => {
    follow(fail);
    expect([...(await daemon.subscriber()).query]).toEqual([]);
  });

  it('end when `until` is reached', async () => {
    follow({ ...fail, until: BigInt(Date.now()) * 1_000_000n });
    const subscriber = await daemon.subscriber();
    await subscriber.send(eventLine('start', T));
    subscriber.end();
    await sink.until(() => sink.story.includes('ended'));
    expect(sink.story).toEqual(['connected', 'lines', 'ended']);
  });
});

describe('who the daemon is', () => {
  beforeEach(() => daemon.listen());

  it('is told with its address, version and ID', async () => {
    follow(fail);
    await sink.until(() => sink.daemons.length === 1);
    expect(sink.daemons[0]).toEqual({
      endpoint: daemon.address,
      engine: '20.10.24',
      apiVersion: '1.41',
      daemonId: FakeDaemon.id,
      hostName: 'fake',
    });
    expect(sink.logs).toEqual([
      { severity: 'info', text: `reading events from ${daemon.address} (Docker 20.10.24, daemon ID ${FakeDaemon.id})` },
    ]);
  });

  it('need not be known', async () => {
    daemon.answer('/version', json(403, { message: 'only events here' }));
    daemon.answer('/info', (_, response) => response.destroy());
    follow(fail);
    await sink.until(() => sink.daemons.length === 1);
    expect(sink.daemons[0]).toEqual({ endpoint: daemon.address });
  });

  it('may be nonsense', async () => {
    daemon.answer('/version', json(200, [null, { Version: 7 }]));
    daemon.answer('/info', json(200, 'no object'));
    follow(fail);
    await sink.until(() => sink.daemons.length === 1);
    expect(sink.daemons[0]).toEqual({ endpoint: daemon.address });
  });

  it('does not get control characters into the log', async () => {
    daemon.answer('/info', json(200, { ID: 'A\nB\u001b[31m' }));
    follow(fail);
    await sink.until(() => sink.daemons.length === 1);
    expect(sink.daemons[0]?.daemonId).toBe('A B [31m');
  });
});

describe('with `fail`', () => {
  it.each<[string, (daemon: FakeDaemon) => void, RegExp]>([
    [
      '403 with a message',
      (d) => d.answer('/events', json(403, { message: 'authorization denied' })),
      /answered 403: authorization denied: /,
    ],
    [
      '400 with a message',
      (d) => d.answer('/events', json(400, { message: 'bad since' })),
      /answered 400: bad since: /,
    ],
    ['500 with a message', (d) => d.answer('/events', json(500, { message: 'no luck' })), /answered 500: no luck: /],
    ['404 without a body', (d) => d.answer('/events', (_, r) => void r.writeHead(404).end()), /answered 404: /],
    ['no answer to the first question', (d) => d.answer('/version', () => {}), /no answer within 0.5 s/],
    ['no answer to the second', (d) => d.answer('/events', () => {}), /no answer within 0.5 s/],
    [
      'an answer that does not go on',
      (d) => d.answer('/version', (_, r) => void r.writeHead(200).write('{')),
      /no answer within 0.5 s/,
    ],
    [
      'a cut in the headers',
      (d) => d.answer('/events', (q) => void q.socket.end('HTTP/1.1 200 O')),
      /the connection was cut|no Docker daemon/,
    ],
    [
      'something else than HTTP',
      (d) => d.answer('/events', (q) => void q.socket.end('SSH-2.0-OpenSSH\r\n')),
      /no Docker daemon/,
    ],
  ])('%s is an error', async (_, script, message) => {
    await daemon.listen();
    script(daemon);
    follow(fail);
    await sink.until(() => sink.error !== undefined);
    expect(sink.error).toMatchObject({ code: 'DAEMON', message: expect.stringMatching(message) });
    expect(sink.error?.message).toContain(`cannot read events from ${daemon.address}: `);
    expect(sink.story).toEqual(['failed']);
  });

  it('an absent daemon is an error that names the address and the fix', async () => {
    follow(fail);
    await sink.until(() => sink.error !== undefined);
    expect(sink.error?.message).toBe(
      `cannot read events from ${daemon.address}: there is no such socket: start Docker, or name its address (unix://PATH, tcp://HOST:PORT)`,
    );
  });

  it.each(['end', 'cut'] as const)('a lost stream (%s) is an error', async (how) => {
    await daemon.listen();
    follow(fail);
    const subscriber = await daemon.subscriber();
    await subscriber.send(eventLine('start', T));
    await sink.until(() => sink.count === 1);
    subscriber[how]();
    await sink.until(() => sink.error !== undefined);
    expect(sink.error?.message).toMatch(new RegExp(`^lost the events of ${daemon.address}: `));
    expect(sink.story).toEqual(['connected', 'lines', 'failed']);
  });
});

describe('with `retry`', () => {
  it('an absent daemon is waited for, and told once', async () => {
    follow(retry);
    await sink.until(() => sink.incidents.length >= 3);
    await daemon.listen();
    await (await daemon.subscriber()).send(eventLine('start', now()));
    await sink.until(() => sink.count === 1);
    expect(sink.story.filter((what) => what !== 'retry')).toEqual(['waiting', 'connected', 'lines']);
    expect(sink.incidents[0]).toEqual({
      kind: 'retry',
      endpoint: daemon.address,
      daemonId: '',
      reason: 'there is no such socket',
      wait: expect.any(Number),
    });
    expect(sink.logs.filter(({ severity }) => severity !== 'debug').map(({ text }) => text)).toEqual([
      `waiting for the Docker daemon at ${daemon.address}: there is no such socket: start Docker, or name its address (unix://PATH, tcp://HOST:PORT)`,
      expect.stringMatching(/^reading events from /),
    ]);
  });

  it('a daemon that goes away and comes back is one loss', async () => {
    await daemon.listen();
    follow(retry);
    await daemon.subscriber();
    await sink.until(() => sink.daemons.length === 1);
    await daemon.leave();
    await sink.until(() => sink.story.includes('waiting'));
    await sleep(200);
    await daemon.listen();
    await sink.until(() => sink.story.includes('gap'));
    expect(sink.story.filter((what) => what !== 'retry')).toEqual([
      'connected',
      'lost',
      'waiting',
      'connected',
      'back',
      'gap',
    ]);
  });

  it('a daemon that ends each stream at once is not hurried', async () => {
    await daemon.listen();
    daemon.answer('/events', (_, response) => void response.writeHead(200).end());
    follow(retry);
    await sleep(1_000);
    expect(daemon.requests.filter((url) => url.startsWith('/events')).length).toBeLessThan(9);
  });

  it('what waiting may cure is waited for: 503, no answer', async () => {
    await daemon.listen();
    daemon.answer('/events', json(503, { message: 'starting' }));
    follow(retry);
    await sink.until(() => sink.story.includes('waiting'));
    daemon.answer('/version', () => {});
    await sink.until(() => sink.incidents.some(({ kind }) => kind === 'retry'));
    expect(sink.error).toBeUndefined();
  });

  it('what waiting cannot cure is an error at once', async () => {
    await daemon.listen();
    daemon.answer('/events', json(403, { message: 'denied' }));
    follow(retry);
    await sink.until(() => sink.error !== undefined);
    expect(sink.error?.message).toContain('answered 403: denied');
  });

  it('but later on it is waited for, since a daemon that starts denies its socket for a moment', async () => {
    await daemon.listen();
    follow(retry);
    const first = await daemon.subscriber();
    daemon.answer('/events', json(403, { message: 'denied' }));
    first.end();
    await sink.until(() => sink.story.includes('waiting'));
    expect(sink.error).toBeUndefined();
  });
});

describe('stopping', () => {
  it('lets the daemon go at once, and says nothing more', async () => {
    await daemon.listen();
    follow(retry);
    const subscriber = await daemon.subscriber();
    await sink.until(() => sink.daemons.length === 1);
    feed?.stop();
    await subscriber.gone();
    await sleep(150);
    expect(sink.story).toEqual(['connected']);
  });

  it('works while it waits', async () => {
    follow(retry);
    await sink.until(() => sink.story.includes('waiting'));
    feed?.stop();
    await daemon.listen();
    await sleep(300);
    expect(daemon.requests).toEqual([]);
  });

  it('works while it connects', async () => {
    await daemon.listen();
    daemon.answer('/version', () => {});
    follow(retry);
    await sleep(50);
    feed?.stop();
    await sleep(600);
    expect(sink.story).toEqual([]);
  });
});
