import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventLine, FakeDaemon, type Subscriber } from '../support/fake-daemon.js';
import { HostProcess } from '../support/host-process.js';
import { heapOf } from '../support/processes.js';

const T = 1_700_000_000_123_456_789n;

let daemon: FakeDaemon;
let host: HostProcess;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  // As its launcher starts it.
  host = new HostProcess({}, ['--max-semi-space-size=2', '--heap-growing-percent=150']);
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
      // The daemon is never held up, though nobody reads.
      await subscriber.send(lines.join(''));
    }
    host.resume();
    await host.until(() => host.ownEvents.length > 0);
    await subscriber.send(eventLine(`${sent}`, T));
    await host.until(() => host.events.at(-1)?.payload.includes(`"Action":"${sent}"`) ?? false);

    let next = 0;
    for (const { payload: text } of host.events.slice(1)) {
      const { Action, Actor } = JSON.parse(text);
      if (Action === 'gap') {
        next += Number(Actor.Attributes.dropped);
      } else {
        expect(Action).toBe(String(next));
        next += 1;
      }
    }
    expect(next).toBe(sent + 1);
    expect(host.ownEvents[0]?.Actor.Attributes).toMatchObject({
      endpoint: daemon.address,
      loss: 'certain',
      dropped: expect.stringMatching(/^[1-9]/),
      reason: 'the reader was slower than the daemon',
    });
    const dropped = host.ownEvents.reduce((sum, { Actor }) => sum + Number(Actor.Attributes.dropped), 0);
    await host.until(() => host.stats?.queueBytes === 0);
    expect(host.stats).toMatchObject({ dropped, gapsCertain: host.ownEvents.length, gapsPossible: 0 });
  });

  it('nothing is dropped while there is room', async () => {
    const subscriber = await connect({ queueBytes: 8 << 20 });
    await subscriber.send(eventLine('start', T));
    await host.until(() => host.events.length === 1);
    host.pause();
    const sent = 4_000;
    const lines = Array.from({ length: 10 }, (_, index) => eventLine(`${index}`, T, { payload })).join('');
    for (let number = 0; number < sent; number += 10) await subscriber.send(lines);
    await subscriber.send(eventLine('last', T));
    host.resume();
    await host.until(() => host.events.length === sent + 2);
    expect(host.stats).toMatchObject({ dropped: 0, gapsCertain: 0 });
    expect(host.ownEvents).toEqual([]);
  });

  it('small events, one at a time, take no more memory than the queue may have', async () => {
    const limit = 4 << 20;
    const subscriber = await connect({ queueBytes: limit });
    await subscriber.send(eventLine('start', T));
    await host.until(() => host.events.length === 1);
    host.pause();
    const before = heapOf(host.child.pid ?? 0);
    const sent = 50_000;
    const line = `{"x":"${'x'.repeat(80)}","time":1}\n`;
    // Each is a chunk of HTTP's, and so an event of its own to the host.
    for (let number = 1; number < sent; number += 1) subscriber.send(line);
    await subscriber.send(line);
    // Nothing has gone yet that could have made room, or taken it.
    const grown = (heapOf(host.child.pid ?? 0) - before) * 1024;
    host.resume();
    await host.until(() => host.ownEvents.length > 0);
    expect(Number(host.ownEvents[0]?.Actor.Attributes.dropped)).toBeGreaterThan(0);
    // Beside the queue there is what was read and is not collected yet. As a frame each they would take hundreds of megabytes.
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
