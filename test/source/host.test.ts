import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameKind } from '#docktape/source/frames.js';
import { eventLine, FakeDaemon } from '../support/fake-daemon.js';
import { HostProcess } from '../support/host-process.js';

describe('the life of a source host', () => {
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

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE', 'SIGUSR1'] as const)('does not end by %s', async (signal) => {
    host.ask(daemon.address);
    const subscriber = await daemon.subscriber();
    await host.until(() => host.texts(FrameKind.opened).length === 1);
    host.child.kill(signal);
    await sleep(50);
    await subscriber.send(eventLine('start', 1n));
    await host.until(() => host.events.length === 1);
  });

  it('ends when the plugin lets it go', async () => {
    host.ask(daemon.address);
    const subscriber = await daemon.subscriber();
    await host.until(() => host.texts(FrameKind.opened).length === 1);
    expect(await host.close()).toBe(0);
    await subscriber.gone();
    expect(host.stderr).toBe('');
  });

  it('ends when the plugin only stops writing', async () => {
    host.ask(daemon.address);
    await host.until(() => host.texts(FrameKind.opened).length === 1);
    host.socket.end();
    expect(await host.exit()).toBe(0);
  });

  it('ends without ever having had a request', async () => {
    expect(await host.close()).toBe(0);
    expect(host.stderr).toBe('');
  });

  it('ends while it waits for a daemon', async () => {
    await daemon.leave();
    host.ask(daemon.address);
    await host.until(() => host.texts(FrameKind.opened).length === 1);
    expect(await host.close()).toBe(0);
  });

  it('ends while the plugin has not read what it has', async () => {
    host.ask(daemon.address);
    const subscriber = await daemon.subscriber();
    await host.until(() => host.texts(FrameKind.opened).length === 1);
    host.pause();
    for (let number = 0; number < 100; number += 1)
      await subscriber.send(eventLine('start', 1n, { x: 'x'.repeat(100_000) }));
    expect(await host.close()).toBe(0);
  });

  it('takes a request in pieces', async () => {
    const request = {
      version: 2,
      params: `unix://${daemon.socketPath}`,
      daemon: 'fail',
      queueBytes: 1,
      logLevel: 'info',
      skip: 0,
      now: 0,
      enrichTimeout: null,
      resume: null,
    };
    for (const byte of Buffer.from(`${JSON.stringify(request)}\n`)) {
      host.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await host.until(() => host.texts(FrameKind.opened).length === 1);
  });

  it.each<[string, string, RegExp]>([
    ['a request that is none', 'hello\n', /^the source host cannot use its request: it is not JSON$/],
    ['a request without end', 'x'.repeat(2 << 20), /^the source host cannot use its request: it has no end$/],
    [
      'bad open params',
      '{"version":2,"params":"nowhere","daemon":"fail","queueBytes":1,"logLevel":"info","skip":0,"now":0,"enrichTimeout":null,"resume":null}\n',
      /^open params: 'nowhere' is neither a daemon nor a capture: write live, /,
    ],
  ])('answers %s with an error frame', async (_, bytes, message) => {
    host.socket.write(bytes);
    await host.until(() => host.frames.length === 1);
    expect(host.texts(FrameKind.error)).toEqual([expect.stringMatching(message)]);
    expect(await host.exit()).toBe(0);
    expect(host.stderr).toBe('');
  });
});

describe('a defect of the source host', () => {
  it('becomes one line on standard error and exit code 1, and the plugin starts another host', async () => {
    // As if a bug in any callback had thrown.
    const defect = "setTimeout(() => { throw new TypeError('of a defect') }, 200)";
    const host = new HostProcess({}, ['--import', `data:text/javascript,${encodeURIComponent(defect)}`]);
    expect(await host.exit()).toBe(1);
    expect(host.texts(FrameKind.error)).toEqual([]);
    expect(host.stderr).toMatch(/^docktape source host: TypeError: of a defect at .*\n$/);
  });
});

it('says so when it is run by hand', () => {
  const main = fileURLToPath(import.meta.resolve('#docktape/source/main.js'));
  const { status, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8' });
  expect(stderr).toBe(
    'docktape source host: descriptor 3 is no socket: it is not run by hand, libdocker.so starts it\n',
  );
  expect(status).toBe(2);
});
