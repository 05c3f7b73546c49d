import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import { FrameOutput } from '#docktape/source/frame-output.js';
import { FrameKind, HEADER_BYTES, LogLevel } from '#docktape/source/frames.js';
import { LiveQueue } from '#docktape/source/live-queue.js';
import { eventsIn, eventsOf, type Frame, FrameDecoder } from '../support/frames.js';

const origin = { endpoint: 'unix:///run/docker.sock', daemonId: 'ABCD' };

/** How many bytes each of the lines of {@link numbered} takes at most: a time, a space, nine digits, a newline. */
const LINE = 20 + 10;

/** A socket whose other side reads when it is told to. */
class SlowReader extends Writable {
  readonly #decoder = new FrameDecoder();
  readonly frames: Frame[] = [];
  isReading = true;
  #waiting: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = () => {
      this.frames.push(...this.#decoder.push(Buffer.from(chunk)));
      done();
    };
    if (this.isReading) take();
    else this.#waiting = take;
  }

  /** Reads one block of those that wait. */
  async readOne(): Promise<void> {
    const take = this.#waiting;
    this.#waiting = undefined;
    take?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Reads everything from now on. */
  async read(): Promise<void> {
    this.isReading = true;
    while (this.#waiting) await this.readOne();
  }

  of(...kinds: number[]): Frame[] {
    return this.frames.filter(({ kind }) => kinds.includes(kind));
  }

  /** The numbers of the events, and the attributes of docktape's own. */
  get story(): unknown[] {
    return this.of(FrameKind.events, FrameKind.own)
      .flatMap(eventsOf)
      .map(({ payload }) => (payload.startsWith('{') ? JSON.parse(payload).Actor.Attributes : Number(payload)));
  }

  get stats(): Record<string, number>[] {
    return this.of(FrameKind.stats).map(({ body }) => JSON.parse(body.toString()));
  }
}

function numbered(first: number, last: number): LineBatch {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const time = BigInt(Date.now()) * 1_000_000n;
  return batchOf(Buffer.from(numbers.map((number) => `${String(number).padStart(9, '0')}\n`).join('')), time);
}

function sequence(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

let reader: SlowReader;

beforeEach(() => {
  reader = new SlowReader();
});

/** A queue of which one event is on its way, and then nobody reads. */
function stalled(queueBytes: number): LiveQueue {
  const queue = new LiveQueue(new FrameOutput(reader), request(queueBytes), origin);
  reader.isReading = false;
  queue.lines(numbered(0, 0));
  return queue;
}

function request(queueBytes: number, logLevel: number = LogLevel.info) {
  return { params: 'live', daemon: 'retry', queueBytes, logLevel, skip: 0, now: 0 } as const;
}

describe('a queue that is full', () => {
  it('takes what there is room for, and tells of the others when half of it has gone', async () => {
    const queue = stalled(HEADER_BYTES + LINE + 10 * LINE);
    queue.lines(numbered(1, 25));
    queue.lines(numbered(26, 30));
    await reader.read();
    queue.lines(numbered(31, 32));
    await reader.read();
    const taken = reader.story.findIndex((entry) => typeof entry === 'object') - 1;
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(taken).toBeLessThan(25);
    expect(reader.story).toEqual([
      ...sequence(0, taken),
      expect.objectContaining({ dropped: String(30 - taken), loss: 'certain' }),
      31,
      32,
    ]);
    expect(reader.of(FrameKind.log).map(({ body }) => body.toString())).toEqual([
      expect.stringMatching(`^dropped ${30 - taken} events: the reader is slower than the daemon`),
    ]);
  });

  it('counts what it drops at once', async () => {
    const queue = stalled(0);
    queue.lines(numbered(1, 7));
    queue.incident({ kind: 'retry', ...origin, reason: 'no answer', wait: 50 });
    await reader.readOne();
    await reader.readOne();
    expect(reader.stats.at(-1)).toMatchObject({ dropped: 7, retries: 1 });
  });

  it('has room for what docktape itself says', async () => {
    const queue = stalled(0);
    const time = 1_700_000_000_000_000_000n;
    queue.incident({ kind: 'lost', ...origin, reason: 'it is gone', time });
    queue.incident({ kind: 'back', ...origin, time });
    await reader.read();
    expect(reader.story).toEqual([
      0,
      { endpoint: origin.endpoint, reason: 'it is gone' },
      { endpoint: origin.endpoint },
    ]);
  });

  it('tells of what it drops before what happens then', async () => {
    const queue = stalled(0);
    queue.lines(numbered(1, 3));
    queue.incident({ kind: 'lost', ...origin, reason: 'it is gone', time: 1n });
    queue.lines(numbered(4, 5));
    await reader.read();
    expect(reader.story).toMatchObject([0, { dropped: '3' }, { reason: 'it is gone' }, { dropped: '2' }]);
  });

  it('is bounded also when a daemon comes and goes for days', async () => {
    const queue = stalled(0);
    const rounds = 5_000;
    const from = 1_700_000_000_000_000_000n;
    for (let round = 0; round < rounds; round += 1) {
      queue.incident({ kind: 'lost', ...origin, reason: 'it is gone', time: from });
      queue.log('warning', 'lost the daemon');
      queue.incident({ kind: 'back', ...origin, time: from });
      queue.incident({ kind: 'gap', ...origin, from, to: from + 1n, reason: 'it was gone', loss: 'possible' });
    }
    await reader.read();
    const bytes = reader.frames.reduce((sum, { body }) => sum + HEADER_BYTES + body.length, 0);
    expect(bytes).toBeLessThan(1.1 * (1 << 20));
    const own = reader.story.length - 2;
    expect(own).toBeGreaterThan(1_000);
    expect(reader.story.at(-1)).toMatchObject({
      from: '2023-11-14T22:13:20.000000000Z',
      dropped: String(rounds * 3 - own),
    });
    expect(reader.stats.at(-1)).toMatchObject({ reconnects: rounds, gapsPossible: rounds, gapsCertain: 1 });
  });
});

describe('the figures', () => {
  it('go before the events that wait, as they are when they go', async () => {
    const queue = stalled(1 << 20);
    queue.lines(numbered(1, 10));
    queue.incident({ kind: 'retry', ...origin, reason: 'no answer', wait: 50 });
    queue.lines(numbered(11, 20));
    await reader.readOne();
    await reader.readOne();
    expect(reader.frames.map(({ kind }) => kind)).toEqual([FrameKind.events, FrameKind.stats]);
    expect(reader.stats[0]?.queueBytes).toBeGreaterThan(20 * 10);
    await reader.read();
    expect(reader.story).toEqual(sequence(0, 20));
  });

  it('are not told again when they are the same', () => {
    const queue = new LiveQueue(new FrameOutput(reader), request(1 << 20), origin);
    queue.incident({ kind: 'lost', ...origin, reason: 'it is gone', time: 1n });
    expect(reader.stats).toEqual([]);
    queue.incident({ kind: 'back', ...origin, time: 1n });
    queue.incident({ kind: 'lost', ...origin, reason: 'it is gone', time: 1n });
    const figures = {
      ...{ queueBytes: 0, dropped: 0, retries: 0, gapsCertain: 0, gapsPossible: 0, lagMs: 0 },
      ...{ inspects: 0, inspectsFailed: 0, inspectsLate: 0 },
    };
    expect(reader.stats).toEqual([{ ...figures, reconnects: 1 }]);
  });
});

describe('a queue of events with contexts', () => {
  const context = { json: Buffer.from(`{"container":{"command":["${'x'.repeat(500)}"]}}`) };
  const time = BigInt(Date.now()) * 1_000_000n;
  const line = (number: number) => `{"n":${number},"timeNano":${time}}`;
  const withContexts = (count: number): LineBatch => {
    const lines = sequence(1, count).map((number) => `${line(number)}\n`);
    return { ...batchOf(Buffer.from(lines.join('')), 0n), contexts: lines.map(() => context) };
  };

  it('hands the two on as one', () => {
    const queue = new LiveQueue(new FrameOutput(reader), request(1 << 20), origin);
    queue.lines(withContexts(1));
    expect(eventsIn(reader.frames)).toEqual([
      { ts: time, payload: `${line(1).slice(0, -1)},"docktape":${context.json}}` },
    ]);
  });

  it.each([
    ['counts each context for its bound, when each event has its own', () => ({ ...context }), 4],
    ['counts a context of many events once', () => context, 35],
  ])('%s', async (_, contextOf, atLeast) => {
    const queue = stalled(HEADER_BYTES + LINE + 3_000);
    queue.lines({ ...withContexts(100), contexts: sequence(1, 100).map(contextOf) });
    await reader.read();
    const events = eventsIn(reader.frames).filter(({ payload }) => payload.startsWith('{"n"'));
    const own = reader.of(FrameKind.own).flatMap(eventsOf);
    expect(events.length).toBeGreaterThanOrEqual(atLeast);
    expect(events.length).toBeLessThanOrEqual(atLeast * 1.3);
    expect(JSON.parse(own[0]?.payload ?? '').Actor.Attributes.dropped).toBe(String(100 - events.length));
  });

  it('tells of no context of a line that it drops, and of it again when it is needed', async () => {
    const queue = stalled(HEADER_BYTES + LINE + 3_000);
    const contexts = sequence(1, 100).map(() => ({ ...context }));
    queue.lines({ ...withContexts(100), contexts });
    await reader.read();
    queue.lines({ ...withContexts(100), contexts: contexts.reverse() });
    await reader.read();
    // It would throw if a line had a context that was not told.
    const events = eventsIn(reader.frames).filter(({ payload }) => payload.startsWith('{"n"'));
    for (const { payload } of events) expect(JSON.parse(payload)).toHaveProperty('docktape.container.command');
    expect(reader.of(FrameKind.context).length).toBeLessThanOrEqual(events.length);
    expect(events.length).toBeGreaterThan(10);
  });

  it('tells what was missed with what is known of the container', () => {
    const queue = new LiveQueue(new FrameOutput(reader), request(1 << 20), origin);
    queue.incident({ kind: 'missed', ...origin, change: 'start', container: 'c0ffee', context, time });
    const [event] = reader.of(FrameKind.own).flatMap(eventsOf);
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({
      Action: 'missed start',
      docktape: { container: { command: ['x'.repeat(500)] } },
    });
  });

  it('tells what was asked about them', async () => {
    const queue = new LiveQueue(new FrameOutput(reader), request(1 << 20), origin);
    for (const inspection of ['asked', 'asked', 'asked', 'failed', 'late', 'late'] as const)
      queue.inspection(inspection);
    await queue.flush();
    expect(reader.stats.at(-1)).toMatchObject({ inspects: 3, inspectsFailed: 1, inspectsLate: 2 });
  });
});

describe('the log', () => {
  it('has the lines that are worth it, in their places', () => {
    const queue = new LiveQueue(new FrameOutput(reader), request(1 << 20, LogLevel.warning), origin);
    queue.log('warning', 'one');
    queue.lines(numbered(1, 1));
    queue.log('info', 'two');
    queue.log('error', 'three');
    const told = reader.of(FrameKind.log, FrameKind.events).map(({ kind, count, body }) => [kind, count, String(body)]);
    expect(told).toEqual([
      [FrameKind.log, LogLevel.warning, 'one'],
      [FrameKind.events, 1, expect.stringContaining(' 000000001\n')],
      [FrameKind.log, LogLevel.error, 'three'],
    ]);
  });
});

describe('a queue that is over', () => {
  it('is flushed when the last of it is gone, with what was dropped', async () => {
    const queue = stalled(0);
    queue.lines(numbered(1, 3));
    let isFlushed = false;
    const flushed = queue.flush().then(() => {
      isFlushed = true;
    });
    await reader.readOne();
    expect(isFlushed).toBe(false);
    await reader.read();
    await flushed;
    expect(reader.story).toMatchObject([0, { dropped: '3' }]);
  });

  it('is flushed at once when nothing waits', async () => {
    const queue = new LiveQueue(new FrameOutput(reader), request(1 << 20), origin);
    await queue.flush();
    expect(reader.frames).toEqual([]);
  });
});
