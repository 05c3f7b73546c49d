import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importLines } from '#docktape/capture/import.js';
import { FrameKind } from '#docktape/source/frames.js';
import { eventLine } from '../support/fake-daemon.js';
import { HostProcess } from '../support/host-process.js';

const MILLISECOND = 1_000_000n;
const T = 1_700_000_000_000_000_000n;

let folder: string;
let small: string;
let large: string;

/** The lines of a capture: events 100 ms apart; the third is older than the second. */
const offsets = [0n, 100n, 50n, 300n, 300n];
const lines = offsets.map((offset, index) => eventLine(`a${index}`, T + offset * MILLISECOND, { label: 'grüße 🐳' }));

const manyLines = Array.from({ length: 50_000 }, (_, index) =>
  eventLine('start', T + BigInt(index), { number: String(index), x: 'x'.repeat(index % 500) }),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docktape-replay-'));
  small = join(folder, 'small.db');
  large = join(folder, 'large capture?.db');
  await write(small, lines);
  await write(large, manyLines);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: readonly string[]): Promise<void> {
  async function* chunks() {
    yield Buffer.from(content.join(''));
  }
  await importLines({ name: 'test', chunks: chunks() }, path);
}

let host: HostProcess;

beforeEach(() => {
  host = new HostProcess();
});

afterEach(() => host.close());

async function replay(params: string, others: Readonly<Record<string, unknown>> = {}): Promise<string[]> {
  host.ask(params, others);
  await host.until(() => host.texts(FrameKind.end).length + host.texts(FrameKind.error).length > 0);
  return host.events.map(({ payload }) => JSON.parse(payload).Action as string);
}

describe('a replay', () => {
  it('says what it replays, hands on each event as recorded, and ends', async () => {
    await replay(small);
    expect(host.frames.map(({ kind }) => kind)).toEqual([FrameKind.opened, FrameKind.events, FrameKind.end]);
    expect(JSON.parse(host.texts(FrameKind.opened)[0] ?? '')).toEqual({
      what: `replay of ${small}, 5 events`,
      total: 5,
    });
    expect(host.events).toEqual(
      lines.map((line, index) => ({ ts: T + (offsets[index] ?? 0n) * MILLISECOND, payload: line.slice(0, -1) })),
    );
    expect(await host.exit()).toBe(0);
    expect(host.stderr).toBe('');
  });

  it('hands on many events in order, to a plugin that is slow', async () => {
    host.pause();
    host.ask(`capture:${encodeURIComponent(large)}`);
    await sleep(300);
    host.resume();
    await host.until(() => host.texts(FrameKind.end).length > 0);
    expect(host.events.map(({ payload }) => `${payload}\n`).join('') === manyLines.join('')).toBe(true);
  });

  it('leaves out what an earlier host has delivered', async () => {
    expect(await replay(small, { skip: 3 })).toEqual(['a3', 'a4']);
    expect(JSON.parse(host.texts(FrameKind.opened)[0] ?? '')).toMatchObject({ total: 5 });
  });

  it('may have nothing left', async () => {
    expect(await replay(small, { skip: 5 })).toEqual([]);
    expect(host.texts(FrameKind.end)).toHaveLength(1);
  });

  it('is of the events between since and until', async () => {
    expect(await replay(`${small}?since=1700000000.05&until=1700000000.1`)).toEqual(['a1', 'a2']);
    expect(JSON.parse(host.texts(FrameKind.opened)[0] ?? '')).toMatchObject({ total: 2 });
  });

  it('is of one session', async () => {
    const path = join(folder, 'two.db');
    await write(path, lines.slice(0, 2));
    await write(path, lines.slice(2));
    expect(await replay(`${path}?session=last`)).toEqual(['a2', 'a3', 'a4']);
  });

  it('does not load the Docker client', async () => {
    await host.close();
    const tell = `
      import { createRequire } from 'node:module';
      process.on('exit', () => console.error(Object.keys(createRequire('/').cache).join()));`;
    host = new HostProcess({}, ['--import', `data:text/javascript,${encodeURIComponent(tell)}`]);
    await replay(small);
    await host.exit();
    expect(host.stderr).toContain('better-sqlite3');
    expect(host.stderr).not.toMatch(/docker-modem|dockerode/);
  });

  it('ends when the plugin lets it go in the middle', async () => {
    host.pause();
    host.ask(`capture:${encodeURIComponent(large)}`);
    await sleep(300);
    expect(await host.close()).toBe(0);
    expect(host.stderr).toBe('');
  });
});

describe('the speed of a replay', () => {
  it('can be that of the recording', async () => {
    const start = performance.now();
    const times: number[] = [];
    host.socket.on('data', () => times.push(performance.now() - start));
    expect(await replay(`${small}?speed=1`)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
    const frames = host.frames.filter(({ kind }) => kind === FrameKind.events);
    expect(frames.map(({ count }) => count)).toEqual([1, 2, 2]);
    // From the first event to the last, whatever the host's start took.
    const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(took).toBeGreaterThan(280);
    expect(took).toBeLessThan(2_000);
  });

  it('can be faster', async () => {
    expect(await replay(`${small}?speed=1000000`)).toHaveLength(5);
  });

  it('counts from the first event after those that are left out', async () => {
    expect(await replay(`${small}?speed=1`, { skip: 3 })).toEqual(['a3', 'a4']);
    expect(host.frames.filter(({ kind }) => kind === FrameKind.events)).toHaveLength(1);
  });

  it('does not keep it from ending when the plugin lets it go', async () => {
    host.ask(`${small}?speed=0.001`);
    await host.until(() => host.events.length === 1);
    expect(await host.close()).toBe(0);
  });
});

describe('a replay that cannot be', () => {
  it('of a file that is not there', async () => {
    await replay(join(folder, 'nothing.db'));
    expect(host.texts(FrameKind.error)).toEqual([expect.stringContaining('nothing.db')]);
    expect(host.texts(FrameKind.opened)).toEqual([]);
    expect(host.stderr).toBe('');
  });

  it('of a file that is no capture', async () => {
    const path = join(folder, 'text.db');
    await writeFile(path, 'not a capture');
    await replay(path);
    expect(host.texts(FrameKind.error)).toEqual([expect.stringContaining('text.db')]);
    expect(host.stderr).toBe('');
  });

  it('of a session that it does not have', async () => {
    await replay(`${small}?session=7`);
    expect(host.texts(FrameKind.error)).toEqual([expect.stringContaining('7')]);
  });
});
