import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { closedCaptures } from '#docktape/capture/writing/closed-captures.js';
import { containerAnswer, containerId } from '../docker/enrichment/support/answers.js';
import { Docktape, docktape } from '../support/docktape.js';
import { eventually } from '../support/eventually.js';
import { eventLine, FakeDaemon, json } from '../support/fake-daemon.js';
import { SmallDisk } from '../support/small-disk.js';

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
  return recordedIn(capture);
}

function recordedIn(path: string): string[] {
  const reader = CaptureReader.open(path);
  try {
    return [...reader.events()].map(({ payload }) => `${payload}\n`);
  } finally {
    reader.close();
  }
}

function actions(): string[] {
  return recorded().map((line) => (JSON.parse(line) as { Action: string }).Action);
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
    await eventually(() => existsSync(capture) && recorded()).toEqual(lines);
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

  test('holds what the daemon remembers since --since, up to --until', async () => {
    const recording = record('--since', '1700000000.5', '--until', '2023-11-14T22:13:22Z');
    const subscriber = await daemon.subscriber();
    expect(subscriber.query.get('until')).toBe('1700000002.000000000');
    const lines = ['create', 'start', 'die'].map((action, i) => eventLine(action, start + BigInt(i) * (second / 2n)));
    await subscriber.send(lines.join(''));
    subscriber.end();
    expect((await recording.ended()).code).toBe(0);
    expect(recorded()).toEqual(lines.slice(1));
  });

  test('holds what the last events before --until are about, also when the daemon takes its time to tell', {
    timeout: 60_000,
  }, async () => {
    const recording = record('--since', '1700000000', '--until', '1700000009', '--enrich-timeout', '10000');
    const subscriber = await daemon.subscriber();
    const id = containerId(1);
    daemon.answer(`/containers/${id}/json`, (request, response) => {
      subscriber.end();
      // Longer than a recording waits for a daemon to end its stream.
      setTimeout(() => json(200, containerAnswer(id))(request, response), 5_500);
    });
    await subscriber.send(eventLine('start', start).replaceAll('c0ffee', id));
    expect((await recording.ended()).code).toBe(0);
    const reader = CaptureReader.open(capture);
    const contexts = [...reader.events()].map(({ context }) => context && JSON.parse(context.toString()));
    reader.close();
    expect(contexts).toMatchObject([{ container: { user: 'root' } }]);
    expect(contexts[0]).not.toHaveProperty('lacks');
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
    await eventually(() => existsSync(capture) && recorded()).toHaveLength(1);
    const reader = CaptureReader.open(capture);
    const sequence = reader.sequenceOf();
    expect(sequence(1)).toBe(1);
    await subscriber.send(eventLine('die', start + second));
    await eventually(recorded).toHaveLength(2);
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
    await eventually(() => existsSync(capture) && recorded()).toHaveLength(1);
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
    await eventually(() => existsSync(capture) && recorded()).toHaveLength(1);
    await daemon.leave();
    const { code, stderr } = await recording.ended();
    expect(code).toBe(2);
    expect(stderr).toContain(`lost the events of ${daemon.address}`);
    expect(recorded()).toEqual([eventLine('start', start)]);
    expect(sessions()).toMatchObject([{ clean: false }]);
  });

  test.each([
    ['and so is a gap, when the daemon has forgotten', [], ['start', 'daemon lost', 'daemon back', 'gap', 'die']],
    ['and nothing else, when the daemon remembers', ['start'], ['start', 'daemon lost', 'daemon back', 'die']],
  ])('with --retry is recorded in its place, %s', async (_, remembered, expected) => {
    const recording = record('--retry');
    const line = (action: string) => eventLine(action, BigInt(Date.now()) * 1_000_000n);
    const first = line('start');
    await (await daemon.subscriber()).send(first);
    await eventually(() => existsSync(capture) && recorded()).toHaveLength(1);
    await daemon.leave();
    await recording.says('lost the Docker daemon');
    await daemon.listen();
    await (await daemon.subscriber()).send([...remembered.map(() => first), line('die')].join(''));
    await eventually(recorded).toHaveLength(expected.length);
    recording.kill('SIGTERM');
    const { code, stderr } = await recording.ended();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^docktape: metrics: events=\d .* reconnects=1 /m);
    expect(actions()).toEqual(expected);
    const reader = CaptureReader.open(capture);
    expect(reader.gaps()).toHaveLength(expected.filter((action) => action === 'gap').length);
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

describe('03 a recording for long', { timeout: 60_000 }, () => {
  test('says what it has done so far at SIGUSR1, and at its end', async () => {
    const recording = record();
    const subscriber = await daemon.subscriber();
    await recording.says('reading events');
    recording.kill('SIGUSR1');
    await recording.says('docktape: metrics: events=0 bytes=0 committed=0 reconnects=0 retries=0');
    const line = eventLine('start', start);
    await subscriber.send(line);
    await eventually(() => existsSync(capture) && recorded()).toHaveLength(1);
    recording.kill('SIGUSR1');
    await recording.says(`metrics: events=1 bytes=${line.length} committed=1 `);
    recording.kill('SIGINT');
    const { code, stderr } = await recording.ended();
    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n').slice(-2)).toEqual([
      expect.stringMatching(
        /^docktape: metrics: events=1 bytes=\d+ committed=1 reconnects=0 retries=0 gaps_certain=0 gaps_possible=0 dropped=0 queue_bytes=0 lag_ms=\d+ inspects=\d+ inspects_failed=\d+ inspects_late=\d+$/,
      ),
      expect.stringContaining('recorded 1 event'),
    ]);
  });

  test('says nothing of it with --quiet', async () => {
    const recording = record('--quiet', '--events', '1');
    await (await daemon.subscriber()).send(eventLine('start', start));
    expect(await recording.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  test('begins new captures with --rotate, loses nothing between them, and keeps what --keep says', async () => {
    const lines = Array.from({ length: 2_000 }, (_, n) =>
      eventLine('start', start + BigInt(n), { pad: 'x'.repeat(400) }),
    );
    const recording = record('--rotate', '200K', '--events', '2000', '--durability', 'full', '--keep', '7d,1G');
    const subscriber = await daemon.subscriber();
    for (let first = 0; first < lines.length; first += 100) {
      await subscriber.send(lines.slice(first, first + 100).join(''));
    }
    const { code, stderr } = await recording.ended();
    expect(code).toBe(0);
    expect(stderr).toContain('recorded 2,000 events');
    const captures = [...closedCaptures(capture).map(({ path }) => path), capture];
    expect(captures.length).toBeGreaterThan(2);
    expect(readdirSync(daemon.folder).filter((name) => name.startsWith('night'))).toHaveLength(captures.length);
    expect(captures.flatMap(recordedIn).join('') === lines.join('')).toBe(true);
  });

  test('goes on with --resume where the one before ended', async () => {
    const line = (action: string) => eventLine(action, BigInt(Date.now()) * 1_000_000n);
    const before = [line('create'), line('start')];
    const first = record('--events', '2', '--resume');
    await (await daemon.subscriber()).send(before.join(''));
    expect((await first.ended()).code).toBe(0);

    const missed = [line('die'), line('destroy')];
    const second = record('--events', '2', '--resume');
    await (await daemon.subscriber()).send([...before, ...missed].join(''));
    expect((await second.ended()).code).toBe(0);
    expect(recorded()).toEqual([...before, ...missed]);

    const third = record('--events', '1', '--resume');
    await (await daemon.subscriber()).send(line('create'));
    expect((await third.ended()).code).toBe(0);
    expect(actions()).toEqual(['create', 'start', 'die', 'destroy', 'gap', 'create']);
  });

  test('redacts what it is told to before anything is written, and says so', async () => {
    const recording = record('--events', '2', '--redact-label', 'token', '--redact', 'hunter[0-9]', '--redact-exec');
    const lines = [
      eventLine('start', start, { token: 'abc', note: 'is hunter2' }),
      eventLine('exec_start: ls -l', start),
    ];
    await (await daemon.subscriber()).send(lines.join(''));
    expect((await recording.ended()).code).toBe(0);
    expect(recorded().join('')).not.toMatch(/abc|hunter2|ls -l/);
    expect(recorded().map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { Actor: { Attributes: { token: '[redacted]', note: 'is [redacted]', name: 'cup' } } },
      { Action: 'exec_start: [redacted]' },
    ]);
    expect(sessions()).toMatchObject([
      { redaction: 'what a pattern matches; the labels "token"; the commands of exec and of containers', clean: true },
    ]);
  });

  test.runIf(SmallDisk.canBeMade)('ends with Ctrl-C also while it waits for room on the disk', async () => {
    const disk = new SmallDisk('4m');
    try {
      capture = join(disk.folder, 'night.db');
      const recording = record('--retry');
      const subscriber = await daemon.subscriber();
      await subscriber.send(eventLine('start', start));
      await eventually(() => existsSync(capture) && recorded()).toHaveLength(1);
      disk.fill();
      await subscriber.send(eventLine('die', start, { pad: 'x'.repeat(1_000) }).repeat(2_000));
      await recording.says('it is tried each second');
      recording.kill('SIGINT');
      const { code, stderr } = await recording.ended();
      expect(code).toBe(2);
      expect(stderr.match(/warning: /g)).toHaveLength(1);
      expect(stderr.trimEnd()).toMatch(
        /the disk is full: free some space; what was committed is kept \([\d,]+ events could not be committed\)$/,
      );
      const committed = Number(/ committed=(\d+) /.exec(stderr)?.[1]);
      expect(recorded()).toHaveLength(committed);
    } finally {
      disk.remove();
    }
  });

  test('is refused while another one has the capture, and not once that was killed', async () => {
    const recording = record('--rotate', '1h');
    const subscriber = await daemon.subscriber();
    await subscriber.send(eventLine('start', start));
    await eventually(() => existsSync(capture) && recorded()).toHaveLength(1);
    const { code, stderr } = await docktape(['record', capture, '--host', daemon.address]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${capture} is being written by another docktape: wait for it, or use another file`);
    recording.kill('SIGKILL');
    await recording.ended();
    await daemon.subscriber();
    const next = record('--events', '1');
    await (await daemon.subscriber()).send(eventLine('die', start));
    expect((await next.ended()).code).toBe(0);
    expect(actions()).toEqual(['start', 'die']);
  });
});

describe('04 what events are about', () => {
  const id = containerId(1);
  const otherId = containerId(2);

  /** An event of a container that the daemon can be asked about. */
  const eventOf = (container: string, action: string, time = start) =>
    eventLine(action, time).replaceAll('c0ffee', container);

  const container = (Id: string, isPrivileged: boolean) =>
    json(200, {
      Id,
      HostConfig: { Privileged: isPrivileged, ReadonlyRootfs: false },
      Config: { Env: ['TOKEN=swordfish'], Cmd: ['serve', '--password=hunter2'] },
    });

  beforeEach(() => {
    daemon.answer(`/containers/${id}/json`, container(id, true));
    daemon.answer(`/containers/${otherId}/json`, container(otherId, false));
  });

  /** A recording in which events wait for answers however slow the machine is. */
  const recordPatiently = (...args: string[]) => record('--enrich-timeout', '10000', ...args);

  /** The contexts of what was recorded. */
  function contexts(): unknown[] {
    const reader = CaptureReader.open(capture);
    try {
      return [...reader.events()].map(({ context }) => context && JSON.parse(context.toString()));
    } finally {
      reader.close();
    }
  }

  test('is recorded beside the bytes of the daemon, and --where sees it', async () => {
    const recording = recordPatiently('--events', '1', '--where', 'docker.container.privileged = true');
    const lines = [eventOf(otherId, 'start'), eventOf(id, 'start')];
    await (await daemon.subscriber()).send(lines.join(''));
    const { code, stderr } = await recording.ended();
    expect(code).toBe(0);
    expect(recorded()).toEqual(lines.slice(1));
    expect(contexts()).toMatchObject([{ container: { privileged: true, env_names: ['TOKEN'] } }]);
    expect(JSON.stringify(contexts())).not.toContain('swordfish');
    expect(stderr).toMatch(/^docktape: metrics: .* inspects=\d+ inspects_failed=\d+ inspects_late=\d+$/m);
  });

  test('is redacted like the events', async () => {
    const recording = recordPatiently('--events', '1', '--redact', 'hunter[0-9]');
    await (await daemon.subscriber()).send(eventOf(id, 'start'));
    expect((await recording.ended()).code).toBe(0);
    expect(contexts()).toMatchObject([{ container: { command: ['serve', '--password=[redacted]'] } }]);
  });

  test('is not asked for with --no-enrich', async () => {
    const recording = record('--events', '1', '--no-enrich');
    await (await daemon.subscriber()).send(eventOf(id, 'start'));
    const { code, stderr } = await recording.ended();
    expect(code).toBe(0);
    expect(contexts()).toEqual([undefined]);
    expect(daemon.requests.filter((url) => url.includes(`/containers/${id}`))).toEqual([]);
    expect(stderr).toContain(' inspects=0 ');
  });

  test('that is still awaited costs no event at Ctrl-C', async () => {
    daemon.answer(`/containers/${id}/json`, () => {});
    const recording = recordPatiently();
    const lines = [eventOf(id, 'start'), eventOf(id, 'die', start + second)];
    await (await daemon.subscriber()).send(lines.join(''));
    await eventually(() => daemon.requests.some((url) => url.includes(`/containers/${id}/json`))).toBe(true);
    recording.kill('SIGINT');
    expect((await recording.ended()).code).toBe(0);
    expect(recorded()).toEqual(lines);
    expect(contexts()).toMatchObject([{ lacks: ['container'] }, { lacks: ['container'] }]);
  });

  test('changes nothing for --resume', async () => {
    const line = (action: string) => eventOf(id, action, BigInt(Date.now()) * 1_000_000n);
    const before = [line('create'), line('start')];
    const first = recordPatiently('--events', '2', '--resume');
    await (await daemon.subscriber()).send(before.join(''));
    expect((await first.ended()).code).toBe(0);
    expect(contexts()).toMatchObject([{ container: {} }, { container: {} }]);
    const second = recordPatiently('--events', '1', '--resume');
    const missed = line('die');
    await (await daemon.subscriber()).send([...before, missed].join(''));
    expect((await second.ended()).code).toBe(0);
    expect(recorded()).toEqual([...before, missed]);
  });
});

describe('05 wrong use', () => {
  test.each([
    [['--host', 'capture:other.db'], '--host capture:other.db is a capture: give it to `docktape replay`'],
    [['--host', 'live?since=10m'], '--host live?since=10m: use the option --since'],
    [['--host', 'ssh://host'], 'forward the socket with ssh -L'],
    [['--for', 'soon'], 'A length of time such as 90s, 10m or 1h30m is wanted.'],
    [['--events', '0'], 'A whole number of at least 1 is wanted.'],
    [
      ['--rotate', '1x'],
      "'1x' is neither a time nor a size: write a time (90s, 1h, 7d), a size (500M, 10G), or one of each",
    ],
    [['--rotate', '1h', '--keep', '7'], "'7' is neither a time nor a size"],
    [['--keep', '7d'], '--keep removes captures that --rotate has closed: give --rotate as well'],
    [['--durability', 'much'], "argument 'much' is invalid. Allowed choices are normal, full."],
    ...['-1', '1.5', '10001', '200ms'].map((timeout): [string[], string] => [
      ['--enrich-timeout', timeout],
      'A whole number of milliseconds from 0 to 10000 is wanted.',
    ]),
    [
      ['--no-enrich', '--enrich-timeout', '50'],
      '--enrich-timeout is of no use with --no-enrich: leave one of them out',
    ],
    [['--where', 'docker.actoin = die'], 'unknown field docker.actoin; did you mean docker.action?'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await docktape(['record', capture, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(capture)).toBe(false);
  });
});
