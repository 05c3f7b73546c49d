import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import { EventClient } from './support/event-client.js';
import { EventLoad } from './support/event-load.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { compileConsumer, PluginConsumer } from './support/plugin-consumer.js';
import { Random } from './support/random.js';
import { allRead, between } from './support/reading.js';
import { compareStreams, rememberedOf } from './support/stream-comparison.js';

/** DOCKTAPE_SEED asks for another load, and for other moments, than those of every run. */
const seed = Number(process.env.DOCKTAPE_SEED ?? 1);
const RELOADS = 20;
const RESTARTS = 5;

const folder = mkdtempSync(join(tmpdir(), 'docktape-reload-'));
const random = new Random(seed);
const program = compileConsumer(folder);
let dockerd: Dockerd;
/** Does nothing to what it passes on, but tells when the daemon was asked. */
let proxy: FaultyProxy;
let undisturbed: EventClient;
let load: EventLoad | undefined;
let plugin: PluginConsumer;

beforeAll(async () => {
  dockerd = await startDockerd();
});
afterAll(async () => {
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  proxy = new FaultyProxy(dockerd.socket);
  await proxy.start();
  undisturbed = await EventClient.connect(dockerd.socket);
});
afterEach(async () => {
  await load?.stop();
  undisturbed.close();
  await plugin.end();
  await proxy.stop();
});

const truth = () => undisturbed.lines().map(({ text }) => text);

/** Starts the plugin's host, in which a cursor's file makes it one stream with the ones before. */
function start(file: string, config: Readonly<Record<string, unknown>> = {}): PluginConsumer {
  return new PluginConsumer(program, proxy.unix, join(folder, file), config);
}

/** Puts the load on, does something under it time and again, and compares what was consumed with what happened. */
async function underLoad(what: string, times: number, interrupt: () => Promise<void>): Promise<void> {
  const readers = [truth, () => plugin.lines()];
  const begin = await allRead(dockerd, `${what}-begin`, readers);
  load = new EventLoad(dockerd, new Random(seed + 1), what, 60);
  await load.start();
  for (let time = 0; time < times; time++) {
    await sleep(random.between(100, 1200));
    await interrupt();
  }
  await load.stop();
  await allRead(dockerd, `${what}-end`, readers);

  const happened = between(truth(), begin, `"${what}-end-`);
  const consumed = between(plugin.lines(), begin, `"${what}-end-`);
  const comparison = compareStreams(happened, consumed);
  const { delivered, repeated, missing, unreported, gaps } = comparison;
  console.log(
    `${what}: seed ${seed}: ${times} times; ${happened.length} events happened, ${delivered} were consumed, ` +
      `${missing.length} lost; ${gaps.length} gaps reported`,
  );
  expect(happened.length).toBeGreaterThan(100);
  expect(repeated.slice(0, 5)).toEqual([]);
  expect(unreported.slice(0, 5)).toEqual([]);
  expect(rememberedOf(comparison, happened, proxy.requests.unix).slice(0, 5)).toEqual([]);
  expect(delivered).toBe(happened.length - missing.length);
}

test(`${RELOADS} hot reloads under load lose and repeat nothing that the daemon remembers`, async () => {
  plugin = start('reloads');
  await underLoad('reload', RELOADS, () => plugin.reload());
});

test(`nor do ${RESTARTS} restarts of Falco, with a cursor's file`, async () => {
  const config = { cursor: join(folder, 'cursor') };
  plugin = start('restarts', config);
  await underLoad('restart', RESTARTS, async () => {
    await plugin.end();
    plugin = start('restarts', config);
    await plugin.opened();
  });
});
