import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { eventLine, FakeDaemon } from '../support/fake-daemon.js';
import { statusOf } from '../support/processes.js';
import { compileConsumer, PluginConsumer } from './support/plugin-consumer.js';
import { compareStreams } from './support/stream-comparison.js';

// The daemon is not a real one here: no real one makes 20,000 events a second, or a known number of them.

const SECONDS = 10;
const MEGABYTE = 1024;
/** What the plugin lets wait for a slow Falco, unless it is told otherwise, in kB. */
const QUEUE = 64 * MEGABYTE;

const folder = mkdtempSync(join(tmpdir(), 'docktape-slow-'));
const program = compileConsumer(folder);
let daemon: FakeDaemon;
let plugin: PluginConsumer;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
});
afterEach(async () => {
  await plugin.end();
  await daemon.remove();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An event of about 600 bytes, newline included. */
function event(name: string): string {
  return eventLine(name, BigInt(Date.now()) * 1_000_000n, { filler: 'x'.repeat(350) });
}

/** Stops the consumer while the daemon sends so many events a second, for {@link SECONDS}. */
async function stopWhile(perSecond: number): Promise<{ sent: string[]; lines: string[]; resident: [number, number] }> {
  plugin = new PluginConsumer(program, daemon.address, join(folder, `at ${perSecond}`));
  const subscriber = await daemon.subscriber();
  const sent: string[] = [];
  const send = async (...lines: string[]) => {
    sent.push(...lines.map((line) => line.trimEnd()));
    await subscriber.send(lines.join(''));
  };
  await send(event('first'));
  await plugin.consumed('"first"');
  const host = plugin.host as number;
  const before = residentOf(host);

  plugin.child.kill('SIGSTOP');
  const begin = performance.now();
  for (let count = 0; count < SECONDS * perSecond; ) {
    const due = Math.floor(Math.min(SECONDS, (performance.now() - begin) / 1000) * perSecond) - count;
    if (due > 0) await send(...Array.from({ length: due }, (_, i) => event(`number ${count + i}`)));
    count += due;
    await sleep(10);
  }
  const after = residentOf(host);
  plugin.child.kill('SIGCONT');
  // What comes now finds no room until half of what waits is gone.
  while (!plugin.lines().some((line) => line.includes('"afterwards"'))) {
    await send(event('afterwards'));
    await sleep(200);
  }
  await send(event('last'));
  await plugin.consumed('"last"');
  return { sent, lines: plugin.lines(), resident: [before, after] };
}

/** The most that a process ever had resident, in kB. */
function residentOf(pid: number): number {
  return Number(statusOf(pid, 'VmHWM')?.split(' ')[0]);
}

function report(perSecond: number, delivered: number, dropped: number, [before, after]: [number, number]): void {
  console.log(
    `a consumer that stops for ${SECONDS} s at ${perSecond} events/s: ${delivered} delivered, ${dropped} dropped; ` +
      `the host had ${(before / MEGABYTE).toFixed(0)} MB before and ${(after / MEGABYTE).toFixed(0)} MB at the most`,
  );
}

test('a consumer that stops for a while loses nothing at 2,000 events a second', async () => {
  const { sent, lines, resident } = await stopWhile(2_000);
  const { delivered, repeated, missing, gaps } = compareStreams(sent, lines);
  report(2_000, delivered, 0, resident);
  expect(delivered).toBeGreaterThan(2_000 * SECONDS);
  expect([repeated, missing, gaps]).toEqual([[], [], []]);
  expect(resident[1] - resident[0]).toBeLessThan(QUEUE);
});

test('at 20,000 it is told how many were dropped, exactly, and between when', async () => {
  const { sent, lines, resident } = await stopWhile(20_000);
  const { delivered, repeated, unreported, missing, gaps } = compareStreams(sent, lines);
  const dropped = gaps.reduce((sum, gap) => sum + gap.dropped, 0);
  report(20_000, delivered, dropped, resident);
  expect(dropped).toBeGreaterThan(0);
  expect(delivered + dropped).toBe(sent.length);
  expect(missing.length).toBe(dropped);
  expect(repeated.slice(0, 5)).toEqual([]);
  expect(unreported.slice(0, 5)).toEqual([]);
  expect(gaps.filter(({ loss }) => loss !== 'certain')).toEqual([]);
  expect(resident[1] - resident[0]).toBeLessThan(2 * QUEUE);
});
