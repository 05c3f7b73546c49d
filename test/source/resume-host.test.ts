import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import { isoTime } from '#docktape/time.js';
import { eventLine, FakeDaemon, json } from '../support/fake-daemon.js';
import { HostProcess } from '../support/host-process.js';

const clock = () => BigInt(Date.now()) * 1_000_000n;

/** When the stream that is resumed had begun, and when it ended. */
const start = clock() - 60_000_000_000n;
const end = clock() - 10_000_000_000n;

/** Events that happened then, each at its own nanosecond. */
const lines = ['one', 'two', 'three', 'four'].map((action, index) => eventLine(action, end - 10n + BigInt(index)));

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

/** Asks for what follows the first `count` of the events. */
function resume(count: number, params: string = daemon.address): void {
  host.ask(params, {
    resume: {
      reason: 'Falco was started again',
      wantedFrom: String(start),
      endedAt: String(end),
      delivered: lines.slice(0, count).map((line) => eventKey(Buffer.from(line), 0, Buffer.byteLength(line) - 1)),
    },
  });
}

function actions(): string[] {
  return host.events.map(({ payload }) => JSON.parse(payload).Action);
}

describe('a live source that goes on', () => {
  it('repeats nothing that was delivered, and misses nothing that the daemon remembers', async () => {
    daemon.publish(...lines);
    resume(2);
    await daemon.subscriber();
    await host.until(() => host.events.length === 2);
    daemon.publish(eventLine('five', clock()));
    await host.until(() => host.events.length === 3);
    expect(actions()).toEqual(['three', 'four', 'five']);
    expect(host.events.map(({ payload }) => `${payload}\n`).slice(0, 2)).toEqual(lines.slice(2));
  });

  it('says where something may be missing, and why', async () => {
    daemon.publish(...lines.slice(2));
    resume(2);
    await host.until(() => host.events.length === 3);
    expect(actions()).toEqual(['gap', 'three', 'four']);
    expect(host.ownEvents[0]?.Actor).toMatchObject({
      ID: FakeDaemon.id,
      Attributes: { reason: 'Falco was started again', loss: 'possible', from: isoTime(end, 'Z') },
    });
    await host.until(() => host.stats?.gapsPossible === 1);
  });

  it('goes by where it ended, not by since', async () => {
    daemon.publish(eventLine('before', start - 1n), ...lines);
    resume(3, `${daemon.address}?since=1`);
    await host.until(() => host.events.length === 1);
    daemon.publish(eventLine('five', clock()));
    await host.until(() => host.events.length === 2);
    expect(actions()).toEqual(['four', 'five']);
  });

  it('tells what containers must have done in a gap', async () => {
    const id = 'c0ffee'.repeat(10).padEnd(64, '0');
    daemon.publish();
    const isListed = new Promise<void>((resolve) => {
      const list = json(200, [{ Id: id, State: 'running', Image: 'busybox:1', Names: ['/cup'] }]);
      daemon.answer('/containers/json', (request, response) => {
        response.on('finish', resolve);
        list(request, response);
      });
    });
    host.ask(daemon.address);
    const first = await daemon.subscriber();
    daemon.publish(eventLine('pull', clock()));
    await host.until(() => host.events.length === 1);
    await isListed;
    daemon.forget();
    daemon.answer('/containers/json', json(200, []));
    first.cut();
    await host.until(() => actions().includes('missed die'));
    expect(actions()).toEqual(['pull', 'daemon lost', 'daemon back', 'gap', 'missed die']);
    expect(host.ownEvents.at(-1)?.Actor.Attributes).toMatchObject({ container: id, name: 'cup', image: 'busybox:1' });
  });
});
