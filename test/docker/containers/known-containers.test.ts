import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { KnownContainers } from '#docktape/docker/containers/known-containers.js';
import { DaemonClient } from '#docktape/docker/daemon-client.js';
import { batchOf } from '#docktape/docker/event-time.js';
import type { Missed } from '#docktape/docker/incident.js';
import { now } from '#docktape/time.js';
import { FakeDaemon, json } from '../../support/fake-daemon.js';

const SECOND = 1_000_000_000n;
const never = new AbortController().signal;

let daemon: FakeDaemon;
let known: KnownContainers;
let log: string[];

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  log = [];
  known = anew();
});
afterEach(() => daemon.remove());

describe('what is asked', () => {
  test('at the beginning what runs, after a gap everything', async () => {
    lists([]);
    await known.begin(origin(), never);
    await compare();
    expect(daemon.requests).toEqual(['/containers/json', '/containers/json?all=1']);
  });

  test('at a further beginning nothing, as what runs is known', async () => {
    lists([]);
    await known.begin(origin(), never);
    await known.begin(origin(), never);
    expect(daemon.requests).toHaveLength(1);
  });

  test('nothing any more once it was refused, which is said once', async () => {
    for (const status of [403, 404, 405]) {
      const other = anew();
      daemon.answer('/containers/json', json(status, { message: 'not\nallowed' }));
      daemon.requests.length = 0;
      log.length = 0;
      await other.begin(origin(), never);
      other.observe(lines(event('start', 'a')));
      await expect(other.compare(origin(), now(), never)).resolves.toEqual([]);
      await other.begin(origin(), never);
      expect(daemon.requests).toHaveLength(1);
      expect(log).toEqual([
        'info no "missed start" and "missed die" after gaps, for which GET /containers/json would have to be allowed' +
          ` at ${daemon.address}: it answered ${status}: not allowed`,
      ]);
    }
  });

  test('again after the next gap when it failed otherwise, and then for both gaps', async () => {
    lists([running('a')]);
    await known.begin(origin(), never);
    daemon.answer('/containers/json', json(500, { message: 'busy' }));
    const from = now() - 60n * SECOND;
    expect(await compare(from)).toEqual([]);
    expect(log).toEqual([
      `warning cannot see which containers run at ${daemon.address}: it answered 500: busy: asking again after the next gap`,
    ]);
    lists([running('a', 'Up 5 seconds')]);
    expect(await changes(now() - SECOND)).toEqual(['die a', 'start a']);
    expect(await changes()).toEqual([]);
  });

  test.each([
    ['no list', json(200, { message: 'hello' }), 'is no list'],
    ['no JSON', (_: unknown, response: ServerResponse) => response.end('hello'), 'is no list'],
    [
      'an answer without end',
      (_: unknown, response: ServerResponse) => flood(response),
      'the answer is longer than 32 MiB',
    ],
    [
      'an answer that breaks off',
      (_: unknown, response: ServerResponse) => breakOff(response),
      'the connection was cut',
    ],
  ])('again after %s', async (_, answer, reason) => {
    daemon.answer('/containers/json', answer);
    await known.begin(origin(), never);
    expect(log).toEqual([expect.stringContaining(reason)]);
    lists([]);
    await compare();
    expect(daemon.requests).toHaveLength(2);
  });

  test('no longer than until the signal', async () => {
    daemon.answer('/containers/json', () => {});
    const stop = new AbortController();
    const asking = known.begin(origin(), stop.signal);
    stop.abort(new Error('stopped'));
    await expect(asking).rejects.toThrow('stopped');
    lists([]);
    const comparing = known.compare(origin(), now(), AbortSignal.abort(new Error('gone')));
    await expect(comparing).rejects.toThrow('gone');
    expect(log).toEqual([]);
  });
});

describe('what must have happened', () => {
  it('is nothing when the same containers run', async () => {
    lists([running('a'), running('b', 'Up 3 hours (Paused)', { State: 'paused' }), exited('c', 0)]);
    await known.begin(origin(), never);
    expect(await compare()).toEqual([]);
  });

  it('is a start of what did not run', async () => {
    lists([]);
    await known.begin(origin(), never);
    lists([running('a', 'Up 2 weeks', { Names: ['/other/alias', '/cup'], Image: 'busybox:1' })]);
    const before = now();
    const [missed] = await compare();
    expect(missed).toEqual({
      kind: 'missed',
      ...origin(),
      change: 'start',
      container: 'a',
      name: 'cup',
      image: 'busybox:1',
      time: expect.any(BigInt),
    });
    expect(missed?.time).toBeGreaterThanOrEqual(before);
    expect(await compare()).toEqual([]);
  });

  it('is the death of what ran, with the exit code of what still exists', async () => {
    known.observe(lines(event('start', 'a', { name: 'cup', image: 'tea' }), event('start', 'b')));
    lists([running('a'), running('b'), running('c'), running('d'), running('e')]);
    await known.begin(origin(), never);
    lists([
      exited('b', 137),
      running('c', 'Restarting (2) 5 seconds ago', { State: 'restarting' }),
      running('d', 'Removal In Progress', { State: 'removing' }),
      running('e', 'Stopping', { State: 'stopping' }),
    ]);
    const missed = await compare();
    expect(missed.map(({ change, container, exitCode }) => ({ change, container, exitCode }))).toEqual([
      { change: 'die', container: 'a', exitCode: undefined },
      { change: 'die', container: 'b', exitCode: 137 },
      { change: 'die', container: 'c', exitCode: 2 },
      { change: 'die', container: 'd', exitCode: undefined },
    ]);
    expect(await compare()).toEqual([]);
  });

  it('has the last name that was known, and the image as the event had it', async () => {
    lists([]);
    await known.begin(origin(), never);
    known.observe(lines(event('start', 'a', { name: 'cup', image: 'tea:1' }), event('start', 'b', { image: 'tea:1' })));
    known.observe(lines(event('rename', 'a', { name: 'mug', oldName: '/cup', image: 'tea:1' })));
    lists([{ ...exited('b', 0), Names: ['/pot'], Image: 'sha256:0123' }]);
    expect(await compare()).toMatchObject([
      { change: 'die', container: 'a', name: 'mug', image: 'tea:1' },
      { change: 'die', container: 'b', name: 'pot', image: 'tea:1', exitCode: 0 },
    ]);
  });

  it('is a death and a start of what has not been up for as long as the gap', async () => {
    lists([running('a'), running('b'), running('c'), running('d')]);
    await known.begin(origin(), never);
    lists([
      running('a', 'Up 7 seconds'),
      running('b', 'Up About a minute (healthy)'),
      running('c', 'Up 30 seconds (Paused)', { State: 'paused' }),
      running('d', 'Up some time'),
    ]);
    const longAgo = now() - 45n * SECOND;
    expect(await changes(longAgo)).toEqual(['die a', 'start a', 'die c', 'start c']);
    expect(await changes(longAgo + 40n * SECOND)).toEqual([]);
  });

  it('is nothing that an event has told since the gap began', async () => {
    lists([running('a'), running('b')]);
    await known.begin(origin(), never);
    const from = now() - 60n * SECOND;
    known.observe(lines(event('die', 'a'), event('start', 'a'), event('die', 'b'), event('start', 'c')));
    lists([running('a', 'Up 2 seconds'), exited('b', 0), running('c', 'Up Less than a second')]);
    expect(await changes(from)).toEqual([]);
  });

  it('without a state from before the gap, is the start of what has been created or started since', async () => {
    const from = now() - 600n * SECOND;
    const created = (ago: number) => ({ Created: Math.floor(Date.now() / 1000) - ago });
    lists([
      running('a', 'Up 5 hours', created(90_000)),
      running('b', 'Up 5 minutes', created(90_000)),
      running('c', 'Up About an hour', created(300)),
      { ...exited('d', 1), ...created(300) },
    ]);
    expect(await changes(from)).toEqual(['start b', 'start c']);
    lists([running('b'), running('c'), running('e', 'Up 5 hours', created(90_000))]);
    expect(await changes()).toEqual(['die a', 'start e']);
  });
});

describe('events while the daemon answers', () => {
  test('win over the answer to what runs', async () => {
    const answer = await ask(() => known.begin(origin(), never));
    known.observe(lines(event('die', 'a'), event('start', 'b')));
    await answer([running('a')]);
    lists([running('b')]);
    expect(await changes()).toEqual([]);
  });

  test('win over the answer after a gap, and are known from then on', async () => {
    lists([running('a'), running('b')]);
    await known.begin(origin(), never);
    let missed: Missed[] = [];
    const answer = await ask(async () => {
      missed = await compare();
    });
    known.observe(lines(event('die', 'a'), event('start', 'c')));
    await answer([running('a')]);
    expect(missed.map(({ change, container }) => `${change} ${container}`)).toEqual(['die b']);
    lists([]);
    expect(await changes()).toEqual(['die c']);
  });

  test('also those win that arrive a little later than the answer', async () => {
    lists([]);
    await known.begin(origin(), never);
    lists([running('a')]);
    daemon.requests.length = 0;
    const comparing = changes();
    while (daemon.requests.length === 0) await sleep(1);
    // The event of the start is in another connection, and is read after the answer.
    await sleep(20);
    known.observe(lines(event('start', 'a')));
    expect(await comparing).toEqual([]);
  });

  test('too many of them leave the comparison to the next gap', async () => {
    lists([running('a')]);
    await known.begin(origin(), never);
    const comparing = ask(() => compare());
    const answer = await comparing;
    for (let number = 0; number < 10_000; number += 1) known.observe(lines(event('die', `x${number}`)));
    await answer([]);
    expect(log).toEqual([expect.stringContaining('too much changed meanwhile: asking again after the next gap')]);
    lists([]);
    expect(await changes()).toEqual(['die a']);
  });
});

describe('memory', () => {
  it('is bounded in containers; of one that may have been forgotten, no start is claimed', async () => {
    lists([]);
    await known.begin(origin(), never);
    const ids = Array.from({ length: 10_001 }, (_, number) => `c${number}`);
    known.observe(lines(...ids.map((id) => event('start', id))));
    lists(ids.map((id) => running(id)));
    expect(await changes()).toEqual([]);
    lists(ids.slice(1).map((id) => running(id)));
    expect(await changes()).toEqual(['die c0']);
  });

  it('is bounded in texts: one that is too long is left out, not cut', async () => {
    lists([]);
    await known.begin(origin(), never);
    known.observe(lines(event('start', 'a', { name: 'n'.repeat(401), image: 'tea' })));
    const [missed] = await compare();
    expect(missed).toMatchObject({ change: 'die', container: 'a', image: 'tea' });
    expect(missed).not.toHaveProperty('name');
  });
});

function anew(): KnownContainers {
  const client = new DaemonClient({ name: daemon.address, socketPath: daemon.socketPath }, 20_000);
  return new KnownContainers(client, (severity, text) => log.push(`${severity} ${text}`));
}

function origin(): { endpoint: string; daemonId: string } {
  return { endpoint: daemon.address, daemonId: FakeDaemon.id };
}

function compare(from = now()): Promise<Missed[]> {
  return known.compare(origin(), from, never);
}

async function changes(from?: bigint): Promise<string[]> {
  return (await compare(from)).map(({ change, container }) => `${change} ${container}`);
}

/** Begins `work`, and resolves when the daemon has been asked; what it gives back answers, and waits for the end. */
async function ask(work: () => Promise<unknown>): Promise<(containers: readonly unknown[]) => Promise<unknown>> {
  const asked = new Promise<ServerResponse>((resolve) => {
    daemon.answer('/containers/json', (_, response) => resolve(response));
  });
  const done = work();
  const response = await asked;
  return (containers) => {
    response.end(JSON.stringify(containers));
    return done;
  };
}

function lists(containers: readonly unknown[]): void {
  daemon.answer('/containers/json', json(200, containers));
}

/** An entry of the list as Docker has it, as far as it matters. */
function running(id: string, status = 'Up 2 weeks', more: Record<string, unknown> = {}): Record<string, unknown> {
  return { Id: id, Names: [`/${id}`], Image: 'tea', Created: 1_600_000_000, State: 'running', Status: status, ...more };
}

function exited(id: string, code: number): Record<string, unknown> {
  return running(id, `Exited (${code}) 3 minutes ago`, { State: 'exited' });
}

function event(action: string, id: string, attributes: Readonly<Record<string, string>> = {}): string {
  return `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id, Attributes: attributes } })}\n`;
}

function lines(...events: readonly string[]) {
  return batchOf(Buffer.from(events.join('')), 0n);
}

function flood(response: ServerResponse): void {
  const block = Buffer.alloc(1024 * 1024, ' ');
  const more = () => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
}

function breakOff(response: ServerResponse): void {
  response.write('[{', () => response.destroy());
}
