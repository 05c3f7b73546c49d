import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveEndpoint } from '#docktape/docker/endpoint.js';
import { DaemonFeed, type FeedOptions } from '#docktape/docker/feed/daemon-feed.js';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import { eventLine, FakeDaemon, json } from '../../support/fake-daemon.js';
import { RecordingSink } from '../../support/recording-sink.js';

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

function follow(options: Partial<FeedOptions> = {}, address = daemon.address): void {
  const endpoint = resolveEndpoint(address, { useCurrentContext: false });
  feed = new DaemonFeed(endpoint, { onAbsent: 'retry', answerTimeout: 2_000, ...options }, sink);
  feed.start();
}

const clock = () => BigInt(Date.now()) * 1_000_000n;

/** Events that happen now, each at its own nanosecond. */
function events(...actions: string[]): string[] {
  const time = clock();
  return actions.map((action, index) => eventLine(action, time + BigInt(index)));
}

/** Follows a daemon that runs and remembers, up to its first events. */
async function begin(options: Partial<FeedOptions> = {}, ...actions: string[]): Promise<void> {
  await daemon.listen();
  daemon.publish();
  follow(options);
  await daemon.subscriber();
  await sink.until(() => sink.daemons.length === 1);
  daemon.publish(...events(...actions));
  await sink.until(() => sink.count === actions.length);
}

/** The actions that were delivered, and the incidents between them, retries left out. */
function story(): string[] {
  return sink.entries.flatMap((entry) => {
    if (!('kind' in entry))
      return entry.lines
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).Action);
    return entry.kind === 'retry' ? [] : [`<${entry.kind}>`];
  });
}

/** Resolves once the daemon was asked for a path. */
async function asked(path: string): Promise<void> {
  while (!daemon.requests.some((url) => url.startsWith(path))) await sleep(10);
}

const keyOf = (line: string) => eventKey(Buffer.from(line), 0, Buffer.byteLength(line) - 1);

describe('after a loss', () => {
  it.each(['end', 'cut'] as const)(
    'what the daemon remembers is delivered once, and nothing is said (%s)',
    async (how) => {
      await daemon.listen();
      daemon.publish();
      follow();
      const first = await daemon.subscriber();
      await sink.until(() => sink.daemons.length === 1);
      daemon.publish(...events('one', 'two'));
      await sink.until(() => sink.count === 2);
      first[how]();
      await first.gone();
      daemon.publish(...events('three', 'four'));
      const second = await daemon.subscriber();
      expect([...second.query]).toEqual([['since', '0']]);
      await sink.until(() => sink.count === 4);
      daemon.publish(...events('five'));
      await sink.until(() => sink.count === 5);
      expect(story()).toEqual(['one', 'two', '<lost>', '<back>', 'three', 'four', 'five']);
    },
  );

  it('a daemon that was restarted has forgotten: a gap from the last event to the first that comes', async () => {
    const before = clock();
    await begin({}, 'one');
    await daemon.leave();
    daemon.forget();
    daemon.publish(...events('two'));
    await daemon.listen();
    await sink.until(() => sink.count === 2);
    expect(story()).toEqual(['one', '<lost>', '<back>', '<gap>', 'two']);
    const lost = sink.incidents.find(({ kind }) => kind === 'lost');
    const gap = sink.incidents.find(({ kind }) => kind === 'gap');
    expect(gap).toMatchObject({ endpoint: daemon.address, daemonId: FakeDaemon.id, loss: 'possible' });
    expect(gap).toHaveProperty('reason', lost && 'reason' in lost ? lost.reason : '');
    const { from, to } = gap as { from: bigint; to: bigint };
    expect(from).toBeGreaterThanOrEqual(before - 1_000_000_000n);
    expect(from).toBeLessThanOrEqual(to);
    expect(to).toBeLessThanOrEqual(clock());
  });

  it('a line that broke off comes whole', async () => {
    await begin({}, 'one');
    const [two = ''] = events('two');
    daemon.publishUnheard(two);
    for (const follower of daemon.followers) {
      await follower.send(two.slice(0, 40));
      follower.cut();
    }
    await sink.until(() => sink.count === 2);
    expect(story()).toEqual(['one', '<lost>', '<back>', 'two']);
  });

  it('a line that broke off and is not remembered is a certain loss', async () => {
    await begin({}, 'one');
    const [two = ''] = events('two');
    for (const follower of daemon.followers) {
      await follower.send(two.slice(0, 40));
      follower.cut();
    }
    daemon.forget();
    await sink.until(() => sink.story.includes('gap'));
    expect(sink.incidents.at(-1)).toMatchObject({ kind: 'gap', loss: 'certain' });
  });

  it('a line of the ring that broke off is none: it may have been delivered long ago', async () => {
    await begin({}, 'one', 'two');
    for (const follower of daemon.followers) follower.cut();
    // The ring comes as far as the beginning of its second line, and with something new before that.
    await sink.until(() => sink.story.includes('back'));
    const [one = '', two = ''] = events('one', 'two');
    for (const follower of daemon.followers) {
      await follower.send(one + two.slice(0, 40));
      follower.cut();
    }
    daemon.forget();
    await sink.until(() => sink.story.includes('gap'));
    expect(sink.incidents.at(-1)).toMatchObject({ kind: 'gap', loss: 'possible' });
  });

  it('another daemon behind the same path is told by its ID', async () => {
    await begin({}, 'one');
    await daemon.leave();
    daemon.answer('/info', json(200, { ID: 'ANOTHER' }));
    daemon.forget();
    daemon.publish(...events('two'));
    await daemon.listen();
    await sink.until(() => sink.count === 2);
    expect(sink.daemons.at(-1)?.daemonId).toBe('ANOTHER');
    expect(sink.incidents.at(-1)).toMatchObject({ kind: 'gap', daemonId: 'ANOTHER' });
  });

  it.each([
    ['was upgraded', '/version', { Version: '28.0.1' }, { engine: '28.0.1', hostName: 'fake' }, 3, 3],
    [
      'has another name',
      '/info',
      { ID: FakeDaemon.id, Name: 'other' },
      { engine: '20.10.24', hostName: 'other' },
      3,
      2,
    ],
    ['is the same', '/version', { Version: '20.10.24' }, { engine: '20.10.24', hostName: 'fake' }, 2, 2],
    ['does not tell its version', '/version', {}, { engine: '20.10.24', hostName: 'fake' }, 2, 2],
  ])('a daemon that %s is told as what it is now', async (_, path, answer, expected, told, announced) => {
    await begin({ enrich: { timeout: 10_000 } }, 'one');
    await daemon.leave();
    // It is known only when its events are there, which wait for that.
    daemon.answer(path, (request, response) => void sleep(100).then(() => json(200, answer)(request, response)));
    daemon.forget();
    daemon.publish(...events('two'));
    await daemon.listen();
    await sink.until(() => sink.count === 2);
    const host = { name: expected.hostName, id: FakeDaemon.id, engine: expected.engine };
    expect(sink.contexts.at(-1)).toMatchObject({ host });
    expect(sink.daemons.at(-1)).toMatchObject({ ...expected, daemonId: FakeDaemon.id });
    expect(sink.daemons).toHaveLength(told);
    expect(sink.logs.filter(({ text }) => text.startsWith('reading events from'))).toHaveLength(announced);
  });

  it('a daemon that sends what it remembers and hangs up is not hurried, and repeats nothing', async () => {
    await daemon.listen();
    const line = eventLine('start', clock() + 60_000_000_000n);
    daemon.answer('/events', (_, response) => void response.writeHead(200).end(line));
    follow();
    await sink.until(() => sink.incidents.filter(({ kind }) => kind === 'retry').length === 4);
    expect(sink.text).toBe(line);
    const waits = sink.incidents.flatMap((incident) => (incident.kind === 'retry' ? [incident.wait] : []));
    expect(waits.at(-1)).toBeGreaterThan(2 * (waits[0] ?? 0));
  });

  it('the socket is looked up anew: a link that points elsewhere, a socket that was replaced', async () => {
    const other = await FakeDaemon.start();
    try {
      const link = join(daemon.folder, 'link.sock');
      await symlink(daemon.socketPath, link);
      await daemon.listen();
      daemon.publish();
      other.publish();
      follow({}, `unix://${link}`);
      await daemon.subscriber();
      await sink.until(() => sink.daemons.length === 1);
      const next = join(daemon.folder, 'next.sock');
      await symlink(other.socketPath, next);
      await rename(next, link);
      await daemon.leave();
      await other.subscriber();
      await sink.until(() => sink.story.includes('back'));
      other.publish(...events('elsewhere'));
      await sink.until(() => sink.count === 1);
    } finally {
      await other.remove();
    }
  });

  it('a socket that accepts and never answers is given up, and tried again', async () => {
    await begin({ answerTimeout: 200 }, 'one');
    const subscribe = daemon.answerOf('/events');
    daemon.answer('/events', () => {});
    for (const follower of daemon.followers) follower.cut();
    await sink.until(() => sink.incidents.some(({ kind }) => kind === 'retry'));
    expect(sink.incidents.at(-1)).toMatchObject({ kind: 'retry', reason: 'no answer within 0.2 s' });
    daemon.answer('/events', subscribe);
    daemon.publish(...events('two'));
    await sink.until(() => sink.count === 2);
    expect(story()).toEqual(['one', '<lost>', '<back>', 'two']);
  });

  it('of Podman, which remembers everything, the last is asked for', async () => {
    const start = Number(clock() / 1_000_000_000n);
    daemon.answer('/version', json(200, { Version: '5.0.2', Components: [{ Name: 'Podman Engine' }] }));
    await begin({}, ...Array.from({ length: 300 }, (_, index) => `${index}`));
    for (const follower of daemon.followers) follower.end();
    const since = (await daemon.subscriber()).query.get('since');
    expect(Number(since)).toBeGreaterThan(start - 13);
    expect(Number(since)).toBeLessThan(Date.now() / 1000 - 10);
    daemon.publish(...events('more'));
    await sink.until(() => sink.count === 301);
    expect(story().slice(-3)).toEqual(['<lost>', '<back>', 'more']);
  });
});

describe('what was wanted before there was a daemon', () => {
  it('is delivered when it comes: all since the feed began', async () => {
    const old = eventLine('old', clock() - 3_600_000_000_000n);
    follow();
    await sink.until(() => sink.incidents.length > 0);
    daemon.publish(old, ...events('one'));
    await daemon.listen();
    await sink.until(() => sink.count === 1);
    daemon.publish(...events('two'));
    await sink.until(() => sink.count === 2);
    expect(story()).toEqual(['one', 'two']);
  });

  it('is a gap where it has forgotten some', async () => {
    follow();
    await sink.until(() => sink.incidents.length > 0);
    daemon.publish(...events(...Array.from({ length: 300 }, (_, index) => `${index}`)));
    await daemon.listen();
    await sink.until(() => sink.count === 256);
    expect(story().slice(0, 2)).toEqual(['<gap>', '44']);
    expect(sink.incidents.at(-1)).toMatchObject({ reason: 'the daemon remembers its last 256 events only' });
  });
});

describe('`since`', () => {
  it('misses nothing behind an event that bears an earlier time', async () => {
    const since = clock() - 60_000_000_000n;
    await daemon.listen();
    daemon.publish(
      eventLine('old', since - 9n),
      eventLine('wanted', since),
      // A daemon that is asked with this `since` looks back as far as here.
      eventLine('late', since - 1n),
      eventLine('later', since + 9n),
    );
    follow({ since });
    await sink.until(() => sink.count === 3);
    expect(story()).toEqual(['wanted', 'late', 'later']);
  });
});

describe('what an earlier stream has delivered', () => {
  it('is not repeated, and what came since is delivered', async () => {
    const wantedFrom = clock();
    const lines = events('one', 'two', 'three');
    await daemon.listen();
    daemon.publish(...lines);
    const resume = { reason: 'again', wantedFrom, endedAt: clock(), delivered: lines.slice(0, 2).map(keyOf) };
    follow({ resume });
    await sink.until(() => sink.count === 1);
    expect(story()).toEqual(['three']);
  });

  it('and the daemon has forgotten: a gap for that reason', async () => {
    const wantedFrom = clock() - 5_000_000_000n;
    await daemon.listen();
    daemon.publish(...events('new'));
    follow({ resume: { reason: 'again', wantedFrom, endedAt: wantedFrom + 5n, delivered: ['0123456789abcdef'] } });
    await sink.until(() => sink.count === 1);
    expect(story()).toEqual(['<gap>', 'new']);
    expect(sink.incidents[0]).toMatchObject({ reason: 'again', from: wantedFrom + 5n, loss: 'possible' });
  });
});

describe('redaction', () => {
  it('comes before lines are compared and delivered', async () => {
    const redact: FeedOptions['redact'] = (batch) => ({
      ...batch,
      lines: Buffer.from(batch.lines.toString().replaceAll('secret', '******')),
    });
    await begin({ redact }, 'secret one');
    for (const follower of daemon.followers) follower.cut();
    daemon.publish(...events('secret two'));
    await sink.until(() => sink.count === 2);
    expect(story()).toEqual(['****** one', '<lost>', '<back>', '****** two']);
  });
});

describe('containers', () => {
  const listed = (state: string, status: string) =>
    json(200, [{ Id: 'c0ffee', Names: ['/cup'], Image: 'busybox:1', State: state, Status: status, Created: 1 }]);

  it('are compared after a gap, and what must have happened to them is told', async () => {
    daemon.answer('/containers/json', listed('running', 'Up 2 minutes'));
    await begin({ containers: true }, 'one');
    await asked('/containers/json');
    // What comes after the answer has been read after it.
    daemon.publish(...events('two'));
    await sink.until(() => sink.count === 2);
    await daemon.leave();
    daemon.forget();
    daemon.answer('/containers/json', listed('exited', 'Exited (7) 1 second ago'));
    await daemon.listen();
    await sink.until(() => sink.story.includes('missed'));
    expect(story()).toEqual(['one', 'two', '<lost>', '<back>', '<gap>', '<missed>']);
    expect(sink.incidents.at(-1)).toMatchObject({ change: 'die', container: 'c0ffee', name: 'cup', exitCode: 7 });
    expect(daemon.requests).toContain('/containers/json?all=1');
  });

  it('are not asked for by others', async () => {
    await begin({}, 'one');
    await daemon.leave();
    daemon.forget();
    await daemon.listen();
    await sink.until(() => sink.story.includes('gap'));
    expect(daemon.requests.filter((url) => url.startsWith('/containers'))).toEqual([]);
  });
});
