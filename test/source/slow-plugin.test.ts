import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameKind } from '#docktape/source/frames.js';
import { eventLine, FakeDaemon, type Subscriber } from '../support/fake-daemon.js';
import { HostProcess } from '../support/host-process.js';
import { heapOf } from '../support/processes.js';

const T = 1_700_000_000_123_456_789n;

let daemon: FakeDaemon;
let host: HostProcess;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  host = new HostProcess();
});

afterEach(async () => {
  await host.close();
  await daemon.remove();
});

async function connect(others: Readonly<Record<string, unknown>>): Promise<Subscriber> {
  host.ask(daemon.address, others);
  return await daemon.subscriber();
}

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
    await host.until(() => host.ownEvents.length === 1);
    await subscriber.send(eventLine('after', T));
    await host.until(() => host.events.at(-1)?.payload.includes('after') ?? false);

    const actions = host.events.map(({ payload: text }) => JSON.parse(text).Action as string);
    const arrived = actions.slice(1, actions.indexOf('gap'));
    expect(arrived).toEqual(arrived.map((_, index) => String(index)));
    expect(actions.slice(actions.indexOf('gap'))).toEqual(['gap', 'after']);
    const dropped = sent + 1 - arrived.length;
    expect(dropped).toBeGreaterThan(0);
    expect(host.ownEvents[0]?.Actor.Attributes).toMatchObject({
      endpoint: daemon.address,
      loss: 'certain',
      dropped: String(dropped),
      reason: 'the reader was slower than the daemon',
    });
    await host.until(() => host.stats?.queueBytes === 0);
    expect(host.stats).toMatchObject({ dropped, gapsCertain: 1, gapsPossible: 0 });
  });

  it('tells its figures before the events that wait, and drops none while there is room', async () => {
    const subscriber = await connect({ queueBytes: 8 << 20 });
    await subscriber.send(eventLine('start', T));
    await host.until(() => host.stats !== undefined);
    host.pause();
    const sent = 4_000;
    const lines = Array.from({ length: 10 }, (_, index) => eventLine(`${index}`, T, { payload })).join('');
    for (let number = 0; number < sent; number += 10) await subscriber.send(lines);
    await subscriber.send(eventLine('last', T));
    const before = host.frames.length;
    host.resume();
    await host.until(() => host.events.length === sent + 2);
    const told = host.frames.slice(before).map(({ kind }) => kind);
    expect(told.indexOf(FrameKind.stats)).toBeLessThan(told.lastIndexOf(FrameKind.events));
    await host.until(() => host.stats?.queueBytes === 0);
    expect(host.stats).toMatchObject({ dropped: 0, gapsCertain: 0 });
    expect(host.ownEvents).toEqual([]);
  });

  it('small events, one at a time, take no more memory than the queue may have', async () => {
    const limit = 8 << 20;
    const subscriber = await connect({ queueBytes: limit });
    await subscriber.send(eventLine('start', T));
    await host.until(() => host.events.length === 1);
    host.pause();
    const before = heapOf(host.child.pid ?? 0);
    const sent = 100_000;
    const line = `{"x":"${'x'.repeat(80)}","time":1}\n`;
    // Each is a chunk of HTTP's, and so an event of its own to the host.
    for (let number = 1; number < sent; number += 1) subscriber.send(line);
    await subscriber.send(line);
    host.resume();
    await host.until(() => host.ownEvents.length === 1);
    const dropped = Number(host.ownEvents[0]?.Actor.Attributes.dropped);
    expect(host.events.length - 2 + dropped).toBe(sent);
    // The queue, and as much again for what is read and not yet collected. As a frame each they took ten times as much.
    const grown = (heapOf(host.child.pid ?? 0) - before) * 1024;
    expect(grown).toBeLessThan(limit + (40 << 20));
  });

  it('one event larger than the queue still passes', async () => {
    const subscriber = await connect({ queueBytes: 10 });
    const line = eventLine('start', T, { payload });
    await subscriber.send(line);
    await host.until(() => host.events.length === 1);
    expect(host.events[0]?.payload).toBe(line.slice(0, -1));
  });
});
