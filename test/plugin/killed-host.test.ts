import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importLines } from '#docktape/capture/import.js';
import { childrenOf, until } from '../support/processes.js';
import { folder, Loader } from './loader.js';

const capture = join(folder, 'loaded.db');
const events = 100_000;
const kills = 100;

let loader: Loader;
beforeAll(async () => {
  loader = await Loader.start();
  await importLines({ name: 'test', chunks: chunks() }, capture);
});
afterAll(async () => loader.end());

async function* chunks(): AsyncGenerator<Buffer> {
  const image = 'i'.repeat(300);
  for (let first = 0; first < events; first += 1000) {
    const lines = Array.from({ length: 1000 }, (_, i) => {
      const actor = `"Actor":{"ID":"n${first + i}","Attributes":{"image":"${image}"}}`;
      return `{"Type":"container","Action":"start",${actor},"time":1700000000,"timeNano":1700000000${String(first + i).padStart(9, '0')}}\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}

/** Numbers from 0 to below `end`, the same in each run. */
function numbers(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

/**
 * Reads the capture from its first event to its end. The host at work is killed at any moment, `most` times at most: while it
 * reads or waits for its socket, and while a next_batch is under way or not; but not before it has delivered anything, as a
 * replay that never moves on is given up.
 *
 * @returns how often it was killed
 */
async function replay(most: number, random: (end: number) => number): Promise<number> {
  expect(await loader.do('open', 's', 'i', `capture:${capture}`)).toMatchObject({ rc: 'success' });
  let read = 0;
  let killed = 0;
  for (let batchesLeft = 1 + random(3); ; ) {
    const next = loader.next('s', 'i');
    if (batchesLeft === 0 && killed < most) {
      if (random(2) === 0) await new Promise((resolve) => setTimeout(resolve, random(8)));
      const host = childrenOf(loader.pid).find(({ state }) => state !== 'Z');
      if (host) process.kill(host.pid, 'SIGKILL');
      killed += host ? 1 : 0;
      batchesLeft = 2 + random(3);
    }
    batchesLeft = Math.max(0, batchesLeft - 1);
    const { rc, events: batch, error } = await next;
    if (rc !== 'success') {
      expect({ rc, error, read }).toEqual({ rc: 'eof', error: null, read: events });
      break;
    }
    const numbers = batch.map(({ payload }) => Number(/"ID":"n(\d+)"/.exec(payload)?.[1]));
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => read + i));
    read += numbers.length;
  }
  await loader.do('close', 's', 'i');
  return killed;
}

test(`a source host that is killed ${kills} times in loaded replays: each event comes once, in order`, {
  timeout: 300_000,
}, async () => {
  const begun = performance.now();
  const random = numbers(1);
  await loader.do('init', 's', '{}');
  let killed = 0;
  let replays = 0;
  for (; killed < kills; replays += 1) killed += await replay(kills - killed, random);
  const { host_restarts } = await loader.metrics();
  expect(host_restarts).toBeGreaterThan(kills / 2);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(
    `${killed} kills, ${host_restarts} restarts, ${replays} replays of ${events} events, each once and in order, ${seconds} s`,
  );
  await until(() => childrenOf(loader.pid).length === 0, 1000);
});
