import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveEndpoint } from '#docktape/docker/endpoint.js';
import { DaemonFeed, type FeedOptions } from '#docktape/docker/feed/daemon-feed.js';
import { eventLine, FakeDaemon, json } from '../../support/fake-daemon.js';
import { RecordingSink } from '../../support/recording-sink.js';

/** Milliseconds without a byte until the daemon is asked. */
const SILENCE = 100;

let daemon: FakeDaemon;
let sink: RecordingSink;
let feed: DaemonFeed | undefined;

beforeEach(async () => {
  daemon = await FakeDaemon.absent();
  daemon.publish();
  daemon.answer('/_ping', (_, response) => void response.writeHead(200).end('OK'));
  sink = new RecordingSink();
});

afterEach(async () => {
  feed?.stop();
  await daemon.remove();
});

const clock = () => BigInt(Date.now()) * 1_000_000n;

/** Follows the daemon to its first event. */
async function begin(options: Partial<FeedOptions> = {}): Promise<void> {
  await daemon.listen();
  const endpoint = resolveEndpoint(daemon.address, { useCurrentContext: false });
  feed = new DaemonFeed(endpoint, { onAbsent: 'retry', answerTimeout: 10_000, silence: SILENCE, ...options }, sink);
  feed.start();
  await daemon.subscriber();
  await sink.until(() => sink.daemons.length === 1);
  daemon.publish(eventLine('one', clock()));
  await sink.until(() => sink.count === 1);
}

/** Resolves once the daemon was asked for a path some more times. */
async function asked(path: string, times: number): Promise<void> {
  const count = () => daemon.requests.filter((url) => url.startsWith(path)).length;
  const goal = count() + times;
  while (count() < goal) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a silent stream', () => {
  it('of a daemon that answers and has nothing new goes on', async () => {
    await begin();
    await asked('/events?since=0&until=', 2);
    daemon.publish(eventLine('two', clock()));
    await sink.until(() => sink.count === 2);
    expect(sink.story).toEqual(['connected', 'lines', 'lines']);
  });

  it.each([403, 404])('of a daemon that refuses to be asked (%d) goes on', async (status) => {
    await begin();
    daemon.answer('/_ping', json(status, { message: 'only events here' }));
    await asked('/_ping', 4);
    expect(sink.story).toEqual(['connected', 'lines']);
  });

  it('is kept for one question without an answer', async () => {
    await begin();
    daemon.answer('/_ping', (_, response) => {
      daemon.answer('/_ping', (_request, other) => void other.writeHead(200).end('OK'));
      response.destroy();
    });
    await asked('/_ping', 4);
    expect(sink.story).toEqual(['connected', 'lines']);
  });

  it.each<[string, (daemon: FakeDaemon) => void, RegExp]>([
    ['cuts them', (d) => d.answer('/_ping', (_, response) => response.destroy()), /the connection was cut$/],
    ['hangs', (d) => d.answer('/_ping', () => {}), /no answer within 0.3 s$/],
    [
      'is gone, says the proxy',
      (d) => d.answer('/_ping', json(502, { message: 'no backend' })),
      /answered 502: no backend$/,
    ],
  ])('of a daemon that leaves two questions without an answer is lost: it %s', async (_, script, reason) => {
    await begin({ answerTimeout: 300 });
    script(daemon);
    await sink.until(() => sink.story.includes('lost'));
    const [lost] = sink.incidents;
    expect(lost).toMatchObject({ kind: 'lost', reason: expect.stringMatching(/^nothing came for \d+ s, and /) });
    expect(lost).toMatchObject({ reason: expect.stringMatching(reason) });
    await sink.until(() => sink.story.includes('back'));
    daemon.publish(eventLine('two', clock()));
    await sink.until(() => sink.count === 2);
    expect(sink.story).not.toContain('gap');
  });

  it('that something holds back is lost, and taken up again', async () => {
    // Events count as held back once they are some seconds old.
    await begin({ since: clock() - 60_000_000_000n });
    daemon.publishUnheard(eventLine('two', clock() - 10_000_000_000n));
    await sink.until(() => sink.count === 2);
    expect(sink.story).toEqual(['connected', 'lines', 'lost', 'connected', 'back', 'lines']);
    expect(sink.incidents[0]).toMatchObject({
      reason: expect.stringMatching(/^nothing came for \d+ s, though the daemon has events that are newer$/),
    });
  });

  it('that something holds back is lost though the daemon remembers young events only', async () => {
    await begin();
    const flood = setInterval(() => {
      daemon.publishUnheard(...Array.from({ length: 256 }, (_, i) => eventLine(`event ${i}`, clock())));
    }, 50);
    await sink.until(() => sink.story.includes('lost')).finally(() => clearInterval(flood));
    expect(sink.incidents[0]).toMatchObject({ reason: expect.stringContaining('though the daemon has events') });
  });

  it('is not taken for held back because of events that were not wanted, or may be on their way', async () => {
    await begin();
    daemon.publishUnheard(eventLine('before', clock() - 60_000_000_000n), eventLine('now', clock() + 60_000_000_000n));
    await asked('/events?since=0&until=', 2);
    expect(sink.story).toEqual(['connected', 'lines']);
  });

  it('goes on where what is remembered may not be asked for', async () => {
    await begin();
    daemon.answer('/events', json(403, { message: 'one stream each' }));
    await asked('/events?since=0&until=', 2);
    daemon.publish(eventLine('two', clock()));
    await sink.until(() => sink.count === 2);
    expect(sink.story).toEqual(['connected', 'lines', 'lines']);
  });
});

it('stops watching when it is told to', async () => {
  await begin();
  await asked('/_ping', 1);
  feed?.stop();
  const { length } = daemon.requests;
  await new Promise((resolve) => setTimeout(resolve, 5 * SILENCE));
  expect(daemon.requests).toHaveLength(length);
});
