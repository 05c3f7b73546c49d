import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { closedCaptures } from '#docktape/capture/writing/closed-captures.js';
import { Random } from '../capture/support/random.js';
import { Docktape } from '../support/docktape.js';
import { FakeDaemon, type Subscriber } from '../support/fake-daemon.js';

const KILLS = 200;
/** Recorders at a time. */
const LANES = 4;
/** A recorder is killed some time after it has acknowledged some events, which are at most so many. */
const MOST_ACKNOWLEDGED = 3_000;
const LAST_MS = 40;
const LINES = 12_000;

/** What the daemon says to each recorder, and where each line ends. */
const ends: number[] = [0];
const stream = Buffer.concat(
  Array.from({ length: LINES }, (_, n) => {
    const line = Buffer.from(`{"Type":"container","Action":"start","n":${n},"pad":"${'x'.repeat(n % 500)}"}\n`);
    ends.push((ends[n] as number) + line.length);
    return line;
  }),
);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-kill-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Sends the stream as fast as it is read, in pieces of some lines, until its reader has gone. */
async function flood(subscriber: Subscriber, random: Random): Promise<void> {
  let isRead = true;
  const gone = subscriber.gone().then(() => {
    isRead = false;
  });
  for (let line = 0; isRead && line < LINES; ) {
    const next = Math.min(LINES, line + 1 + random.below(200));
    await Promise.race([subscriber.send(stream.subarray(ends[line], ends[next])), gone]);
    line = next;
  }
  await gone;
}

/** What a recorder has said to be committed. */
function acknowledgedIn(stderr: string): number {
  return Math.max(0, ...[...stderr.matchAll(/ committed=(\d+) .*\n/g)].map((match) => Number(match[1])));
}

/** What a kill has left. */
interface Remains {
  readonly acknowledged: number;
  readonly recorded: number;
  readonly captures: number;
}

/** Kills a recorder at a random moment, and looks at what it leaves. */
async function kill(daemon: FakeDaemon, number: number, random: Random): Promise<Remains> {
  const capture = join(folder, `${number}.db`);
  const options = number % 2 === 0 ? [] : ['--rotate', '150K'];
  const recorder = new Docktape(['record', capture, '--host', daemon.address, '--quiet', ...options]);
  const flooding = flood(await daemon.subscriber(), random);
  // Some of them right at the start, where the capture is made.
  const life = number % 5 === 0 ? 0 : random.below(MOST_ACKNOWLEDGED);
  while (acknowledgedIn(recorder.stderr) < life) {
    recorder.kill('SIGUSR1');
    await sleep(random.below(20));
  }
  await sleep(random.below(LAST_MS));
  recorder.kill('SIGKILL');
  const { code, stderr } = await recorder.ended();
  await flooding;
  expect({ code, others: stderr.replace(/^docktape: metrics: .*(\n|$)/gm, '') }).toEqual({ code: null, others: '' });
  const acknowledged = acknowledgedIn(stderr);

  const captures = [...closedCaptures(capture).map(({ path }) => path), ...(existsSync(capture) ? [capture] : [])];
  const parts = captures.flatMap((path) => linesIn(path));
  const lines = Buffer.concat(parts.map(({ bytes }) => bytes));
  const recorded = parts.reduce((sum, { count }) => sum + count, 0);
  expect(lines.equals(stream.subarray(0, ends[recorded]))).toBe(true);
  expect(recorded).toBeGreaterThanOrEqual(acknowledged);
  if (number % 10 === 0) await goesOn(capture);
  return { acknowledged, recorded, captures: captures.length };
}

function linesIn(path: string): { bytes: Buffer; count: number }[] {
  const reader = CaptureReader.open(path);
  try {
    // None when it was killed between the making of the capture and the beginning of the session.
    expect(reader.sessions().length).toBeLessThanOrEqual(1);
    return [...reader.lines()];
  } finally {
    reader.close();
  }
}

/** The next recorder is not held up by what the killed one left. */
async function goesOn(capture: string): Promise<void> {
  const writer = await CaptureWriter.open(capture, { how: 'record' });
  writer.write({ lines: Buffer.from('{}\n'), times: BigInt64Array.of(1n), count: 1 });
  expect(await writer.close()).toMatchObject({ events: 1, hasSideFiles: false });
}

test(`${KILLS} recorders that are killed at random moments leave what they have acknowledged`, {
  timeout: 900_000,
}, async () => {
  const begin = performance.now();
  const remains: Remains[] = [];
  let next = 0;
  const lane = async (seed: number) => {
    const random = new Random(seed);
    const daemon = await FakeDaemon.start();
    try {
      while (next < KILLS) remains.push(await kill(daemon, next++, random));
    } finally {
      await daemon.remove();
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(20_261_123 + index)));
  const sum = (figure: (remains: Remains) => number) => remains.reduce((total, one) => total + figure(one), 0);
  expect(remains).toHaveLength(KILLS);
  // Otherwise nothing would be shown.
  expect(sum(({ acknowledged }) => acknowledged)).toBeGreaterThan(0);
  console.log(
    `SIGKILL of ${KILLS} recorders: ${sum(({ captures }) => captures)} captures open, ` +
      `${sum(({ acknowledged }) => acknowledged)} events acknowledged, ${sum(({ recorded }) => recorded)} recorded, ` +
      `0 acknowledged ones lost, ${remains.filter(({ recorded }) => recorded === 0).length} killed before the first event, ` +
      `${((performance.now() - begin) / 1000).toFixed(0)} s`,
  );
});
