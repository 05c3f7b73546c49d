import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import { compileTestPlugin } from '../falco/test-plugin.js';
import { descriptorsOf, heapOf, isAlive, statusOf, until } from '../support/processes.js';
import { docktape } from './support/cli.js';
import { OwnFalco, type OwnFalcoOptions } from './support/own-falco.js';

const folder = mkdtempSync(join(tmpdir(), 'docktape-falco-lifecycle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const long = join(folder, 'long.db');
const longEvents = 400_000;
const short = join(folder, 'short.db');
const shortEvents = 300;

/** So many events, recorded a hundredth of a second apart. */
function makeCapture(path: string, events: number): void {
  const lines = Array.from({ length: events }, (_, i) => {
    const [seconds, hundredths] = [1_700_000_000 + Math.floor(i / 100), String(i % 100).padStart(2, '0')];
    const actor = `"Actor":{"ID":"c0ffee","Attributes":{"image":"busybox:1","name":"n${i}"}}`;
    const times = `"time":${seconds},"timeNano":${seconds}${hundredths}0000000`;
    return `{"status":"start","id":"c0ffee","from":"busybox:1","Type":"container","Action":"start",${actor},"scope":"local",${times}}\n`;
  });
  const file = `${path}.jsonl`;
  writeFileSync(file, lines.join(''));
  docktape('import', file, path);
  rmSync(file);
}

function rule(condition: string, source = 'docker'): string {
  const output = source === 'docker' ? 'name=%docker.container.name id=%docker.actor.id' : 'number=%test.number';
  return JSON.stringify([
    { rule: `A rule of ${source}`, desc: 'd', condition, output: `n=%evt.num ${output}`, priority: 'INFO', source },
  ]);
}

const everyStart = rule('docker.action = start');
const everyThousandth = rule('docker.container.name endswith 000 or docker.container.name = n0');
const newVolume = rule('docker.type = volume and docker.action = create');
const paced: OwnFalcoOptions = { openParams: `capture:${long}?speed=1`, rules: everyStart };
const fullSpeed: OwnFalcoOptions = { openParams: `capture:${long}`, rules: everyThousandth };
const noDaemon: OwnFalcoOptions = { openParams: `unix://${folder}/nobody.sock`, rules: newVolume };

let dockerd: Dockerd;
const live = (): OwnFalcoOptions => ({ openParams: dockerd.host, rules: newVolume });

let falco: OwnFalco;
function start(options: OwnFalcoOptions): OwnFalco {
  falco = new OwnFalco(folder, options);
  return falco;
}

/** Falco with the first alert of a replay out, in the middle of it. */
async function inTheMiddleOf(options: OwnFalcoOptions): Promise<OwnFalco> {
  start(options);
  await falco.opened();
  await falco.waitUntil(() => falco.alerts().length > 0, 'at its first alert');
  return falco;
}

let volumes = 0;
/** Makes the daemon say something, and waits for the one alert about it. */
async function liveAlert(): Promise<void> {
  volumes += 1;
  const name = `volume-${volumes}`;
  const named = () => falco.alerts().filter((alert) => alert.output_fields['docker.actor.id'] === name);
  await dockerd.docker.createVolume({ Name: name });
  await falco.waitUntil(() => named().length > 0, `at the alert of ${name}`);
  await sleep(20);
  expect(named()).toHaveLength(1);
}

/** Waits for the alert of the first event that this replay delivers, and for another one. */
async function replayAlerts(): Promise<void> {
  const before = falco.alerts().length;
  await falco.waitUntil(() => falco.alerts().length >= before + 2, 'at further alerts');
}

function onlyHost(): number {
  const children = falco.children();
  expect(children).toHaveLength(1);
  expect(isAlive(children[0] as number)).toBe(true);
  return children[0] as number;
}

/** How many clients the daemon streams its events to. */
async function listeners(): Promise<number> {
  return ((await dockerd.docker.info()) as { NEventsListener: number }).NEventsListener;
}

describe.runIf(process.env.DOCKTAPE_FALCO)('in a real Falco', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    makeCapture(long, longEvents);
    makeCapture(short, shortEvents);
    dockerd = await startDockerd();
  });
  afterAll(async () => dockerd?.stop());
  afterEach(async () => {
    await falco.end('SIGKILL');
    expect(falco.temporaryFiles()).toEqual([]);
  });

  describe.each([
    { source: 'a replay', options: () => paced, moreAlerts: replayAlerts },
    { source: 'a daemon', options: live, moreAlerts: liveAlert },
  ])('the hot reload on $source', ({ source, options, moreAlerts }) => {
    test.each([
      ['a saved rules file', (text: string) => falco.saveRules(text)],
      ['SIGHUP', () => falco.child.kill('SIGHUP')],
    ])('by %s, 30 times, leaves nothing of the source before', async (_way, reload) => {
      const { rules } = options();
      start(options());
      await falco.opened();
      await moreAlerts();
      const seen = { descriptors: new Set<string>(), hosts: new Set<number>(), mostHosts: 0, heap: 0 };
      const figures = () => ({ descriptors: descriptorsOf(falco.pid).size, threads: statusOf(falco.pid, 'Threads') });
      const watch = setInterval(() => {
        seen.mostHosts = Math.max(seen.mostHosts, falco.children().length);
      }, 10);
      const before = figures();
      try {
        for (let times = 1; times <= 30; times++) {
          const old = onlyHost();
          seen.hosts.add(old);
          if (times === 11) seen.heap = heapOf(falco.pid);
          reload(rules + '\n'.repeat(times));
          await falco.opened(times + 1);
          expect(isAlive(old)).toBe(false);
          expect(onlyHost()).not.toBe(old);
          await moreAlerts();
          expect(figures()).toEqual(before);
        }
      } finally {
        clearInterval(watch);
      }
      expect(seen.hosts.size).toBe(30);
      expect(seen.mostHosts).toBe(1);
      // Of 20 reloads; Falco's own heap is not quite still.
      expect(heapOf(falco.pid) - seen.heap).toBeLessThan(1024);
      if (source === 'a daemon') expect(await listeners()).toBe(1);
      expect(await falco.end('SIGINT')).toBeLessThan(2000);
      expect(falco.child.exitCode).toBe(0);
    });

    test('that Falco refuses, because the saved rules are wrong, leaves the source alone', async () => {
      start(options());
      await falco.opened();
      await moreAlerts();
      const [host, descriptors] = [onlyHost(), descriptorsOf(falco.pid)];
      const refusals = () => falco.alerts().filter((alert) => alert.rule.includes('hot restart failure')).length;
      for (const wrong of [rule('docker.nosuch = 1'), '{', rule('docker.action =')]) {
        const before = refusals();
        falco.saveRules(wrong);
        await falco.waitUntil(() => refusals() > before, 'told that the rules are wrong');
        await sleep(300);
        await moreAlerts();
        expect(onlyHost()).toBe(host);
        expect(descriptorsOf(falco.pid)).toEqual(descriptors);
      }
      falco.saveRules(`${options().rules}\n`);
      await falco.opened(2);
      await moreAlerts();
      expect(onlyHost()).not.toBe(host);
      expect(isAlive(host)).toBe(false);
    });
  });

  describe('under load, Falco neither loses nor repeats an event', () => {
    const made: string[] = [];
    let making: Promise<void>;
    let isOver: boolean;
    beforeEach(() => {
      made.length = 0;
      isOver = false;
    });
    afterEach(async () => {
      isOver = true;
      await making;
      for (const name of made) await dockerd.docker.getVolume(name).remove();
    });

    /** Has the daemon say something every so often: it remembers 256 events. */
    function makeVolumes(everyMs: number): void {
      making = (async () => {
        while (!isOver) {
          made.push(`load-${made.length}`);
          await dockerd.docker.createVolume({ Name: made.at(-1) });
          await sleep(everyMs);
        }
      })();
    }

    const seen = () => falco.alerts().map((alert) => alert.output_fields['docker.actor.id']);

    async function moreAlerts(): Promise<void> {
      const before = seen().length;
      await falco.waitUntil(() => seen().length >= before + 20, 'at further alerts');
    }

    async function lastAlert(): Promise<void> {
      isOver = true;
      await making;
      await falco.waitUntil(() => seen().includes(made.at(-1)), 'at the last alert');
    }

    test('over 10 hot reloads', async () => {
      await start(live()).opened();
      makeVolumes(10);
      for (let times = 1; times <= 10; times++) {
        await moreAlerts();
        falco.saveRules(newVolume + '\n'.repeat(times));
        await falco.opened(times + 1);
      }
      await lastAlert();
      expect(seen()).toEqual(made);
      console.log(`10 hot reloads: ${made.length} events, each seen once and in order`);
    });

    test('over 5 restarts with a cursor file', async () => {
      const options = { ...live(), initConfig: { cursor: join(folder, 'cursor') } };
      const alerts: unknown[] = [];
      await start(options).opened();
      makeVolumes(40);
      for (let times = 1; times <= 5; times++) {
        await moreAlerts();
        await falco.end('SIGTERM');
        alerts.push(...seen());
        await start(options).opened();
      }
      await lastAlert();
      alerts.push(...seen());
      expect(alerts).toEqual(made);
      console.log(`5 restarts: ${made.length} events, each seen once and in order`);
    });
  });

  const streams: [string, () => Promise<unknown>][] = [
    ['a replay at the recorded pace', () => inTheMiddleOf(paced)],
    ['a replay at full speed', () => inTheMiddleOf(fullSpeed)],
    ['a live stream', () => start(live()).opened().then(liveAlert)],
    ['a wait for a daemon', () => start(noDaemon).opened()],
  ];

  describe.each(streams)('in the middle of %s', (what, begin) => {
    test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it and its host at once, without an error', async (signal) => {
      await begin();
      const host = onlyHost();
      expect(await falco.end(signal)).toBeLessThan(2000);
      expect(falco.child.exitCode).toBe(0);
      expect(isAlive(host)).toBe(false);
      expect(falco.said('received, exiting')).toBe(1);
      const complaints = falco.output.errors.map(({ text }) => text).filter((text) => /error|fail|crash/i.test(text));
      expect(complaints).toEqual([]);
      if (what === 'a live stream') expect(await listeners()).toBe(0);
    });

    test('SIGKILL ends its host within a second', async () => {
      await begin();
      const host = onlyHost();
      await falco.end('SIGKILL');
      expect(falco.child.signalCode).toBe('SIGKILL');
      await until(() => !isAlive(host), 1000);
    });

    test('SIGTERM ends it also when its host hangs', async () => {
      await begin();
      const host = onlyHost();
      process.kill(host, 'SIGSTOP');
      expect(await falco.end('SIGTERM')).toBeLessThan(3000);
      expect(falco.child.exitCode).toBe(0);
      expect(isAlive(host)).toBe(false);
    });
  });

  test('the limit of its time (-M) ends a replay with its host', async () => {
    const begun = performance.now();
    await inTheMiddleOf({ ...paced, args: ['-M', '2'] });
    const host = onlyHost();
    await falco.waitUntil(() => falco.child.exitCode !== null, 'over', 10_000);
    expect(falco.child.exitCode).toBe(0);
    expect(performance.now() - begun).toBeGreaterThan(2000);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(isAlive(host)).toBe(false);
  });

  test.each([
    ['at the recorded pace', `capture:${short}?speed=1`, everyStart, shortEvents],
    ['at full speed', `capture:${long}`, everyThousandth, longEvents / 1000],
  ])(
    'a host that is killed in a replay %s is started again, and each event comes once',
    async (_pace, openParams, rules, alerts) => {
      await inTheMiddleOf({ openParams, rules });
      const host = onlyHost();
      process.kill(host, 'SIGKILL');
      await falco.waitUntil(() => falco.child.exitCode !== null, 'at the end of the replay', 30_000);
      expect(falco.child.exitCode).toBe(0);
      expect(falco.said('the source host crashed (it ended: killed by signal 9')).toBe(1);
      const numbers = falco.alerts().map((alert) => alert.output_fields['evt.num']);
      const step = rules === everyStart ? 1 : 1000;
      expect(numbers).toEqual(Array.from({ length: alerts }, (_, i) => i * step + 1));
      expect(isAlive(host)).toBe(false);
    },
  );

  describe('beside another source', () => {
    /** `calls` says what the other source does, a letter each: test/falco/test_plugin.c. */
    const withOther = (openParams: string, calls: string): OwnFalcoOptions => ({
      openParams,
      rules: JSON.stringify([...JSON.parse(everyStart), ...JSON.parse(rule('test.number > 0', 'test'))]),
      other: { name: 'test', library: other, openParams: calls },
    });
    const other = process.env.DOCKTAPE_FALCO ? compileTestPlugin() : '';
    const endless = 's'.repeat(1000); // an event each 300 ms
    const alertsOf = (source: string) => falco.alerts().filter((alert) => alert.source === source).length;

    test('its end leaves no process while the other goes on', async () => {
      start(withOther(`capture:${short}`, endless));
      await falco.waitUntil(() => alertsOf('docker') === shortEvents, 'at the end of the replay');
      await falco.waitUntil(() => falco.children().length === 0, 'without its host');
      const before = alertsOf('test');
      await falco.waitUntil(() => alertsOf('test') >= before + 2, 'at more of the other source');
      expect(await falco.end('SIGINT')).toBeLessThan(2000);
      expect(falco.child.exitCode).toBe(0);
    });

    test('it goes on when the other ends', async () => {
      start(withOther(paced.openParams, 'EE'));
      await falco.waitUntil(() => alertsOf('test') === 6, 'at the end of the other source');
      await replayAlerts();
      const host = onlyHost();
      expect(await falco.end('SIGTERM')).toBeLessThan(2000);
      expect(falco.child.exitCode).toBe(0);
      expect(isAlive(host)).toBe(false);
    });

    test('its host is gone when the other fails and Falco with it', async () => {
      start(withOther(paced.openParams, 'sssf'));
      await falco.waitUntil(() => falco.child.exitCode !== null, 'over');
      expect(falco.child.exitCode).toBe(1);
      expect(alertsOf('docker')).toBeGreaterThan(0);
      expect(falco.children()).toEqual([]);
    });

    test('hot reloads leave one host', async () => {
      const options = withOther(paced.openParams, endless);
      start(options);
      await falco.opened();
      await replayAlerts();
      const descriptors = descriptorsOf(falco.pid).size;
      for (let times = 1; times <= 5; times++) {
        const old = onlyHost();
        falco.saveRules(options.rules + '\n'.repeat(times));
        await falco.opened(times + 1);
        await replayAlerts();
        expect(isAlive(old)).toBe(false);
        onlyHost();
        expect(descriptorsOf(falco.pid).size).toBe(descriptors);
      }
    });
  });
});
