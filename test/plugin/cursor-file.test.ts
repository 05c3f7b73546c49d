import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folder, Loader } from './loader.js';
import { keysOf, reportStep } from './requests.js';

let loader: Loader;
let cursor = '';
let files = 0;
beforeEach(async () => {
  files += 1;
  cursor = join(folder, `cursor${files}`);
  loader = await Loader.start();
});
afterEach(async () => loader.end());

/** A new process after the one before has ended, cleanly or not. */
async function restart(signal?: NodeJS.Signals): Promise<void> {
  const exited = new Promise((resolve) => loader.child.once('exit', resolve));
  if (signal) loader.child.kill(signal);
  else loader.child.stdin?.end();
  await exited;
  loader = await Loader.start();
}

async function open(params: string): Promise<void> {
  await loader.init('s', { cursor });
  const { rc, error } = await loader.do('open', 's', 'i', params);
  if (rc !== 'success') throw new Error(`open: ${error}`);
}

/** Reads one batch of a stream, and closes it. */
async function live(params: string): Promise<void> {
  await open(params);
  await loader.next('s', 'i');
  await loader.do('next', 's', 'i');
  await loader.do('close', 's', 'i');
}

async function warnings(): Promise<string[]> {
  return (await loader.log()).filter(({ severity }) => severity < 6).map(({ severity, text }) => `${severity} ${text}`);
}

const { step, resume } = reportStep();
const params = `${step};opened;events:3;hold`;

describe('the cursor file', () => {
  test('tells the host of the next process where the stream ended', async () => {
    await live(params);
    expect(resume()).toBeNull();
    expect(statSync(cursor).mode & 0o777).toBe(0o600);
    const size = statSync(cursor).size;
    for (let times = 1; times <= 5; times++) {
      await restart();
      await live(params);
      expect(resume()).toMatchObject({
        reason: 'Falco was started again',
        delivered: Array.from({ length: times }, () => keysOf(0, 3)).flat(),
      });
    }
    expect(statSync(cursor).size).toBe(size);
    expect(await warnings()).toEqual([]);
  });

  test('is older than what the process itself remembers', async () => {
    await live(params);
    await loader.do('destroy', 's');
    await open(params);
    expect(resume()?.reason).toBe('Falco opened the source again');
  });

  test('is there from the first open on, before any event', async () => {
    await open(`${step};opened;hold`);
    expect(existsSync(cursor)).toBe(true);
    await restart('SIGKILL');
    await open(`${step};opened;hold`);
    expect(resume()).toMatchObject({ reason: 'Falco was started again', delivered: [] });
    expect(resume()?.endedAt).toBe(resume()?.wantedFrom);
  });

  test('is left alone by a replay, by init and by an open that fails', async () => {
    await loader.init('s', { cursor });
    await loader.do('open', 's', 'i', 'opened:2;events:2;end');
    await loader.do('drain', 's', 'i');
    await loader.do('close', 's', 'i');
    await loader.do('open', 's', 'i', 'error:no daemon');
    await loader.do('close', 's', 'null');
    expect(existsSync(cursor)).toBe(false);
  });

  test('of other open params is begun anew', async () => {
    await live(params);
    await restart();
    const other = reportStep();
    await live(`${other.step};opened;events:1;hold`);
    expect(other.resume()).toBeNull();
    expect(await warnings()).toEqual([]);
    await restart();
    await live(`${other.step};opened;events:1;hold`);
    expect(other.resume()?.delivered).toEqual(keysOf(0, 1));
  });

  test('knows when a quiet stream was last seen for certain, which is a minute back', {
    timeout: 150_000,
  }, async () => {
    await open(params);
    await loader.next('s', 'i');
    const minute = 60_000;
    for (const end = Date.now() + minute + 10_000; Date.now() < end; ) await loader.do('next', 's', 'i');
    const seen = BigInt(Date.now() - minute) * 1_000_000n;
    await restart('SIGKILL');
    await open(params);
    expect(BigInt(resume()?.endedAt ?? 0)).toBeGreaterThan(BigInt(resume()?.wantedFrom ?? 0));
    expect(BigInt(resume()?.endedAt ?? 0)).toBeLessThanOrEqual(seen + 1_000_000n);
  });
});

describe('a cursor file that is of no use is told once, and the stream goes on', () => {
  const damaged = 'damaged or of another version, so this stream begins anew';

  test.each([
    ['empty', '', undefined],
    ['cut in its first word', 'docktape c', damaged],
    ['nothing but its first word', 'docktape cursor\n', damaged],
    ['of another version', `docktape cursor\n\x02\0\0\0${'x'.repeat(20_000)}`, damaged],
  ])('%s: it is begun anew', async (_, text, problem) => {
    writeFileSync(cursor, text, { mode: 0o600 });
    await live(params);
    expect(resume()).toBeNull();
    expect(await warnings()).toEqual(problem ? [expect.stringContaining(problem)] : []);
    await restart();
    await live(params);
    expect(resume()?.delivered).toEqual(keysOf(0, 3));
    expect(await warnings()).toEqual([]);
  });

  test.each([
    [
      'a file of somebody else',
      () => writeFileSync(cursor, 'my notes'),
      "3 init_config's cursor: this file is not docktape's",
    ],
    ['a folder', () => mkdirSync(cursor), "4 init_config's cursor: a restart of Falco will not go on where it ended"],
    ['a device', () => symlinkSync('/dev/zero', cursor), "3 init_config's cursor: this is no file"],
    [
      'in no folder',
      () => (cursor = join(cursor, 'none')),
      "4 init_config's cursor: a restart of Falco will not go on",
    ],
  ])('%s: it stays as it is', async (_, make, problem) => {
    make();
    await live(params);
    await open(params);
    const said = await warnings();
    expect(said[0]).toContain(problem);
    expect(said.filter((text) => text.includes('cursor'))).toHaveLength(2); // one for each open
    expect(said[0]).toContain(cursor);
    if (existsSync(cursor) && statSync(cursor).isFile()) expect(readFileSync(cursor, 'utf8')).toBe('my notes');
  });

  test('on a full disk', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    cursor = join(full, 'cursor');
    await loader.end();
    // A file system of our own in a namespace of our own: it goes with the process.
    const script = `mount -t tmpfs -o size=8k tmpfs '${full}'; exec "$0"`;
    loader = await Loader.start(process.env, ['unshare', '--mount', 'sh', '-ec', script]);
    await live(params);
    expect(await warnings()).toEqual([expect.stringContaining('cannot be written (No space left on device)')]);
  });

  test('damaged in its newest record: the one before is of use', async () => {
    await live(params);
    const before = readFileSync(cursor);
    await restart();
    await live(params);
    const after = readFileSync(cursor);
    // The newest record is the one that changed last; the first of the two that differ was written by the close.
    let at = 0;
    while (before[at] === after[at]) at += 1;
    const torn = Buffer.from(after);
    torn.fill(0xff, at + 100, at + 300);
    writeFileSync(cursor, torn);
    await restart();
    await live(params);
    expect(resume()?.reason).toBe('Falco was started again');
    expect(await warnings()).toEqual([]);
  });

  test('cut short', async () => {
    await live(params);
    truncateSync(cursor, 50);
    await restart();
    await live(params);
    expect(resume()).toBeNull();
    expect(await warnings()).toEqual([expect.stringContaining(damaged)]);
  });

  test('in use by another process, until that ends', async () => {
    await open(params);
    const other = await Loader.start();
    await other.init('s', { cursor });
    await other.do('open', 's', 'i', params);
    expect(resume()).toBeNull();
    const [line] = (await other.log()).filter(({ severity }) => severity === 4);
    expect(line?.text).toContain('another stream keeps its cursor in this file');
    await other.end();
    await loader.next('s', 'i');
    await restart();
    await live(params);
    expect(resume()?.reason).toBe('Falco was started again');
  });
});

describe('restarts of the process under load', { timeout: 60_000 }, () => {
  /** Reads with one process after the other, each ended in the middle of its stream. @returns the batches of each */
  async function rounds(count: number, signal: NodeJS.Signals | undefined): Promise<number[][][]> {
    const daemon = `${cursor}.daemon`;
    writeFileSync(daemon, '');
    const make = setInterval(() => writeFileSync(daemon, 'x', { flag: 'a' }), 2);
    const all: number[][][] = [];
    try {
      for (let round = 0; round < count; round++) {
        await open(`opened;follow:${daemon}`);
        const batches: number[][] = [];
        while (batches.flat().length < 50) {
          const { events } = await loader.next('s', 'i');
          await loader.do('ask', 's', 'i', events.length);
          batches.push(events.map(({ payload }) => (JSON.parse(payload) as { n: number }).n));
        }
        if (!signal) await loader.do('close', 's', 'i');
        all.push(batches);
        await restart(signal);
      }
    } finally {
      clearInterval(make);
    }
    return all;
  }

  test('neither lose nor repeat an event when each was ended in order', async () => {
    const read = (await rounds(5, undefined)).flat(2);
    const first = read[0] ?? -1;
    expect(read).toEqual(Array.from({ length: read.length }, (_, i) => first + i));
    console.log(`5 restarts: ${read.length} events, none lost, none twice`);
  });

  test('lose none, and repeat at most the last batch, when each was killed', async () => {
    const processes = await rounds(5, 'SIGKILL');
    const repeats = processes.map((batches, i) => {
      const before = processes[i - 1] ?? [];
      const repeated = batches.flat().filter((number) => before.flat().includes(number));
      expect(before.at(-1) ?? []).toEqual(expect.arrayContaining(repeated));
      return repeated.length;
    });
    const read = processes.flat(2);
    const once = [...new Set(read)];
    expect(once).toEqual(Array.from({ length: once.length }, (_, i) => (once[0] ?? -1) + i));
    console.log(`5 kills: ${once.length} events, none lost, ${repeats.reduce((a, b) => a + b)} twice`);
  });
});
