import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { Docktape, docktape } from '../support/docktape.js';
import { eventLine, FakeDaemon } from '../support/fake-daemon.js';

const second = 1_000_000_000n;
const start = 1_700_000_000n * second;

let daemon: FakeDaemon;
let capture: string;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  capture = join(daemon.folder, 'night.db');
});

afterEach(async () => {
  await daemon.remove();
});

/** `docktape record` of the fake daemon. */
function record(...args: string[]): Docktape {
  return new Docktape(['record', capture, '--host', daemon.address, ...args]);
}

/** The recorded payloads, each with a newline. */
function recorded(): string[] {
  const reader = CaptureReader.open(capture);
  try {
    return [...reader.events()].map(({ payload }) => `${payload}\n`);
  } finally {
    reader.close();
  }
}

function sessions() {
  const reader = CaptureReader.open(capture);
  try {
    return reader.sessions();
  } finally {
    reader.close();
  }
}

describe('01 a recording', () => {
  test('ends cleanly with Ctrl-C and holds the lines byte for byte', async () => {
    const recording = record();
    const subscriber = await daemon.subscriber();
    await recording.says('reading events');
    const lines = [eventLine('start', start), eventLine('die', start + second, { text: 'ünïcode <&> \u2028' })];
    await subscriber.send(lines.join(''));
    await subscriber.send('{"Type":"container","Act'); // Docker's last words, cut off
    await expect.poll(() => existsSync(capture) && recorded()).toEqual(lines);
    recording.kill('SIGINT');
    const { code, stderr } = await recording.ended();
    expect(code).toBe(0);
    expect(stderr).toContain('recorded 2 events');
    expect(recorded()).toEqual(lines);
    expect(sessions()).toMatchObject([
      {
        endpoint: daemon.address,
        daemonId: FakeDaemon.id,
        engineVersion: '20.10.24',
        apiVersion: '1.41',
        clean: true,
      },
    ]);
  });

  test('appends a session when the capture exists', async () => {
    for (const action of ['start', 'die']) {
      const recording = record('--events', '1');
      await (await daemon.subscriber()).send(eventLine(action, start));
      expect((await recording.ended()).code).toBe(0);
    }
    expect(recorded()).toEqual([eventLine('start', start), eventLine('die', start)]);
    expect(sessions().map(({ id, clean }) => ({ id, clean }))).toEqual([
      { id: 1, clean: true },
      { id: 2, clean: true },
    ]);
  });

  test('ends after --events, whatever came in the same breath', async () => {
    const recording = record('--events', '2');
    const lines = ['create', 'start', 'die'].map((action, i) => eventLine(action, start + BigInt(i)));
    await (await daemon.subscriber()).send(lines.join(''));
    expect((await recording.ended()).code).toBe(0);
    expect(recorded()).toEqual(lines.slice(0, 2));
  });

  test('ends after --for, also when nothing happened', { timeout: 60_000 }, async () => {
    // The time counts from the start: a busy machine may take all of a short one to reach the daemon.
    for (const time of ['200ms', '2s', '20s']) {
      const { code, stderr } = await docktape(['record', capture, '--host', daemon.address, '--for', time]);
      expect(code).toBe(0);
      if (stderr.includes('nothing was recorded')) continue;
      expect(stderr).toContain('recorded 0 events');
      break;
    }
    expect(sessions()).toMatchObject([{ clean: true }]);
  });

  test('asks the daemon for --since and --until', async () => {
    const recording = record('--since', '1700000000.5', '--until', '2023-11-14T22:13:21Z');
    const subscriber = await daemon.subscriber();
    expect(Object.fromEntries(subscriber.query)).toEqual({
      since: '1700000000.500000000',
      until: '1700000001.000000000',
    });
    subscriber.end();
    expect((await recording.ended()).code).toBe(0);
  });

  test('keeps only the events for which --where holds', async () => {
    const recording = record('--where', 'docker.action = die and docker.exitcode > 0', '--events', '2');
    const lines = [0, 3, 137].map((code) => eventLine('die', start, { exitCode: String(code) }));
    await (await daemon.subscriber()).send([eventLine('start', start), ...lines].join(''));
    expect((await recording.ended()).code).toBe(0);
    expect(recorded()).toEqual(lines.slice(1));
    expect(sessions()).toMatchObject([{ condition: 'docker.action = die and docker.exitcode > 0' }]);
  });

  test('is not held up by --for once it is over', async () => {
    const recording = record('--events', '1', '--for', '1h');
    await (await daemon.subscriber()).send(eventLine('start', start));
    expect((await recording.ended()).code).toBe(0);
  });

  test('can be shown and replayed while it goes on', async () => {
    const recording = record();
    const subscriber = await daemon.subscriber();
    await subscriber.send(eventLine('start', start));
    await expect.poll(() => existsSync(capture) && recorded()).toHaveLength(1);
    const reader = CaptureReader.open(capture);
    const sequence = reader.sequenceOf();
    expect(sequence(1)).toBe(1);
    await subscriber.send(eventLine('die', start + second));
    await expect.poll(recorded).toHaveLength(2);
    expect(sequence(2)).toBe(2);
    expect(() => sequence(3)).toThrow(RangeError);
    reader.close();
    recording.kill('SIGINT');
    expect((await recording.ended()).code).toBe(0);
  });

  test('goes on when nobody reads what it says', async () => {
    const recording = record('--events', '2');
    const subscriber = await daemon.subscriber();
    await recording.says('reading events');
    recording.closeStderr();
    await subscriber.send(eventLine('start', start));
    await expect.poll(() => existsSync(capture) && recorded()).toHaveLength(1);
    await subscriber.send(eventLine('die', start));
    expect((await recording.ended()).code).toBe(0);
    expect(sessions()).toMatchObject([{ clean: true }]);
  });
});

describe('02 losing the daemon', () => {
  test('is an error that keeps what was recorded', async () => {
    const recording = record();
    const subscriber = await daemon.subscriber();
    await subscriber.send(eventLine('start', start));
    await expect.poll(() => existsSync(capture) && recorded()).toHaveLength(1);
    await daemon.leave();
    const { code, stderr } = await recording.ended();
    expect(code).toBe(2);
    expect(stderr).toContain(`lost the events of ${daemon.address}`);
    expect(recorded()).toEqual([eventLine('start', start)]);
    expect(sessions()).toMatchObject([{ clean: false }]);
  });

  test('with --retry is recorded in its place, and as a gap', async () => {
    const recording = record('--retry');
    await (await daemon.subscriber()).send(eventLine('start', start));
    await expect.poll(() => existsSync(capture) && recorded()).toHaveLength(1);
    await daemon.leave();
    await recording.says('lost the Docker daemon');
    await daemon.listen();
    await (await daemon.subscriber()).send(eventLine('die', start + second));
    await expect.poll(recorded).toHaveLength(5);
    recording.kill('SIGTERM');
    expect((await recording.ended()).code).toBe(0);
    const actions = recorded().map((line) => (JSON.parse(line) as { Action: string }).Action);
    expect(actions).toEqual(['start', 'daemon lost', 'daemon back', 'gap', 'die']);
    const reader = CaptureReader.open(capture);
    expect(reader.gaps()).toMatchObject([{ session: 1, afterSeq: 3, certain: false }]);
    reader.close();
  });

  test('that never comes ends with --for', async () => {
    await daemon.leave();
    const { code, stderr } = await docktape(['record', capture, '--host', daemon.address, '--retry', '--for', '300ms']);
    expect(code).toBe(0);
    expect(stderr).toContain('nothing was recorded: there was no daemon');
    expect(existsSync(capture)).toBe(false);
  });

  test('that was never there leaves no file', async () => {
    await daemon.leave();
    const { code, stderr } = await docktape(['record', capture, '--host', daemon.address]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `docktape: cannot read events from ${daemon.address}: there is no such socket: start Docker, or name its address (unix://PATH, tcp://HOST:PORT)\n`,
    );
    expect(existsSync(capture)).toBe(false);
  });
});

describe('03 wrong use', () => {
  test.each([
    [['--host', 'capture:other.db'], '--host capture:other.db is a capture: give it to `docktape replay`'],
    [['--host', 'live?since=10m'], '--host live?since=10m: use the option --since'],
    [['--host', 'ssh://host'], 'forward the socket with ssh -L'],
    [['--for', 'soon'], 'A length of time such as 90s, 10m or 1h30m is wanted.'],
    [['--events', '0'], 'A whole number of at least 1 is wanted.'],
    [['--where', 'docker.actoin = die'], 'unknown field docker.actoin; did you mean docker.action?'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await docktape(['record', capture, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(capture)).toBe(false);
  });
});
