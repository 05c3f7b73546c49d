import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import { until } from '../support/processes.js';
import { end, recordedLines, startDocktape } from './support/cli.js';
import { EventClient } from './support/event-client.js';
import { EventLoad } from './support/event-load.js';
import { type Fault, inflict, planFaults } from './support/fault-plan.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { Output } from './support/output.js';
import { compileConsumer, PluginConsumer } from './support/plugin-consumer.js';
import { Random } from './support/random.js';
import { allRead, between } from './support/reading.js';
import { compareStreams, holds, rememberedOf, timeOf } from './support/stream-comparison.js';

/** DOCKTAPE_SEED asks for other faults than those of every run, or for the ones that failed elsewhere. */
const seed = Number(process.env.DOCKTAPE_SEED ?? 1);
const COUNT = 200;

const folder = mkdtempSync(join(tmpdir(), 'docktape-faults-'));
const capture = join(folder, 'record.db');
let dockerd: Dockerd;
let proxy: FaultyProxy;
let truth: string[];
let recorded: string[];
let consumed: string[];

beforeAll(async () => {
  dockerd = await startDockerd();
  proxy = new FaultyProxy(dockerd.socket);
  await proxy.start();
  const undisturbed = await EventClient.connect(dockerd.socket);
  const recorder = startDocktape('record', capture, '--retry', '--host', proxy.unix);
  const recorderSays = new Output(recorder);
  const plugin = new PluginConsumer(compileConsumer(folder), proxy.tcp, join(folder, 'consumed'));
  const load = new EventLoad(dockerd, new Random(seed + 1));
  const readers = [
    () => undisturbed.lines().map(({ text }) => text),
    () => recordedLines(capture, '--all'),
    () => plugin.lines(),
  ];
  try {
    await recorderSays.waitFor('reading events from');
    const begin = await allRead(dockerd, 'begin', readers);
    await load.start();
    const began = performance.now();
    const inflicted = await inflictAll(planFaults(new Random(seed), COUNT), load);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`faults: seed ${seed}: ${COUNT} in ${seconds} s (${inflicted})`);
    await load.stop();
    await until(() => proxy.streams.length === 2, 60_000);
    await allRead(dockerd, 'end', readers);
    [truth = [], recorded = [], consumed = []] = readers.map((lines) => between(lines(), begin, '"end-'));
  } finally {
    undisturbed.close();
    await load.stop();
    await end(recorder);
    console.log(`the plugin: ${JSON.stringify(await plugin.end())}`);
    console.log(recorderSays.errors.find(({ text }) => text.includes('metrics'))?.text);
  }
}, 400_000);

afterAll(async () => {
  await proxy?.stop();
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** One after the other, at moments that the seed decides: also while docktape has not come back from the one before. */
async function inflictAll(faults: readonly Fault[], load: EventLoad): Promise<string> {
  const random = new Random(seed + 2);
  const counts = new Map<string, number>();
  for (const fault of faults) {
    await until(() => proxy.streams.length > 0, 60_000);
    await sleep(random.between(0, random.chance(0.3) ? 1000 : 200));
    await inflict(fault, proxy, random, (count) => load.more(count));
    counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
}

describe.each([
  { reader: 'record --retry', lines: () => recorded, requests: () => proxy.requests.unix },
  { reader: 'the plugin', lines: () => consumed, requests: () => proxy.requests.tcp },
])('$reader', ({ reader, lines, requests }) => {
  test('delivers nothing twice, and reports a gap around whatever it did not deliver', () => {
    const { delivered, repeated, missing, unreported, gaps } = compareStreams(truth, lines());
    const certain = gaps.filter(({ loss }) => loss === 'certain').length;
    console.log(
      `${reader}: ${truth.length} events happened, ${delivered} were delivered, ${repeated.length} twice, ${missing.length} ` +
        `lost, ${unreported.length} of them in silence; ${gaps.length} gaps reported, ${certain} of them certain`,
    );
    expect(delivered).toBeGreaterThan(5_000);
    expect(repeated.slice(0, 5)).toEqual([]);
    expect(unreported.slice(0, 5)).toEqual([]);
    expect(delivered).toBe(truth.length - missing.length);
  });

  test('delivers all that the daemon still remembered', () => {
    const comparison = compareStreams(truth, lines());
    expect(rememberedOf(comparison, truth, requests()).slice(0, 5)).toEqual([]);
  });

  test('calls a loss certain only where there is one', () => {
    const { missing, gaps } = compareStreams(truth, lines());
    const certain = gaps.filter(({ loss }) => loss === 'certain');
    expect(certain.filter((gap) => !missing.some((line) => holds(gap, timeOf(line))))).toEqual([]);
  });

  test('keeps the order in which a thing came and went', () => {
    const seen = new Set<string>();
    for (const line of lines().filter((line) => line.includes('"Type":"volume"'))) {
      const name = /"ID":"([^"]*)"/.exec(line)?.[1] ?? '';
      if (line.includes('"Action":"create"')) expect(seen.has(`${name} went`), name).toBe(false);
      else seen.add(`${name} went`);
    }
    expect(seen.size).toBeGreaterThan(500);
  });
});
