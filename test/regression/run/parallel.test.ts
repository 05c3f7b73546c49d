import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { withDockerPlugin } from '#docktape/falco/docker-plugin.js';
import { localGoldens, lockedGoldens } from '#docktape/regression/golden/modes.js';
import type { TestReport } from '#docktape/regression/report.js';
import { openStream } from '#docktape/regression/run/event-streams.js';
import { runSuites } from '#docktape/regression/run/run-suites.js';
import type { CaptureStream, Suite } from '#docktape/regression/suite.js';
import { projectPath } from '../../support/docktape.js';
import { freshFolder, inline, shipped, suite, testCase } from './suites.js';

/** Cases of each kind over all shipped captures: some pass, some fail. */
function mixedSuite(folder: string): Suite {
  const golden = (name: string) =>
    ({ kind: 'golden', path: join(folder, `${name}.jsonl`), place: { file: 's', line: 1, column: 1 } }) as const;
  const names = ['exec', 'run-and-exit', 'image-network-volume'];
  return suite([
    ...names.map((name) => testCase(`golden ${name}`, [shipped(name)], { expectation: golden(name) })),
    testCase(
      'golden of all',
      names.map((name) => shipped(name)),
      { expectation: golden('all') },
    ),
    testCase('none', [shipped('exec'), inline('top')]),
    testCase('shell', [inline('exec_start: ls')], { alerts: [{ rule: 'Shell executed in container' }] }),
    testCase('bad', [{ kind: 'capture', path: join(folder, 'no.db'), selection: {} }]),
  ]);
}

/** The report without what takes different times. */
function timeless(report: TestReport): unknown {
  const withoutTime = ({ seconds: _, ...others }: TestReport['suites'][number]['cases'][number]) => others;
  const { seconds: _, suites, ...others } = report;
  return { ...others, suites: suites.map((one) => ({ ...one, cases: one.cases.map(withoutTime) })) };
}

describe('01 worker threads', () => {
  it('come to the same as one thread', async () => {
    const folder = freshFolder();
    await runSuites([mixedSuite(folder)], { goldens: localGoldens, workers: 1 });
    const alone = await runSuites([mixedSuite(folder)], { goldens: lockedGoldens, workers: 1 });
    const together = await runSuites([mixedSuite(folder)], { goldens: lockedGoldens, workers: 3 });
    const kinds = alone.suites[0]?.cases.map(({ name, failures }) => [name, ...failures.map(({ kind }) => kind)]);
    expect(kinds?.filter(([, ...failed]) => failed.length > 0)).toEqual([
      // A failure for each rule that the capture triggers.
      ['none', ...Array.from({ length: 6 }, () => 'unexpected')],
      ['shell', 'missing'],
      ['bad', 'stream'],
    ]);
    expect(timeless(together)).toEqual(timeless(alone));
  });
});

const runInZone = fileURLToPath(new URL('./run-in-zone.mjs', import.meta.url));
const zones = ['UTC', 'Asia/Tokyo', 'America/New_York'];

describe('02 times', () => {
  it.each([1, 2])('with %i workers are in UTC whatever the zone of the machine', (workers) => {
    const folder = freshFolder();
    const lines = zones.map((zone, i) => {
      const path = join(folder, `${i}.jsonl`);
      const args = [runInZone, path, String(workers)];
      const env = { ...process.env, TZ: zone, FALCO_HOSTNAME: 'elsewhere' };
      const said = execFileSync(process.execPath, args, { cwd: projectPath(''), env, encoding: 'utf8' });
      // The zone is as it was when the run is over.
      expect(said).toBe(`2 ${{ UTC: 0, 'Asia/Tokyo': 9, 'America/New_York': 19 }[zone]} ${zone}\n`);
      return readFileSync(path, 'utf8');
    });
    const [first = ''] = lines;
    expect(new Set(lines).size).toBe(1);
    const { time, output } = JSON.parse(first.split('\n')[0] ?? '') as { time: string; output: string };
    expect(output.slice(0, 8)).toBe(time.slice(11, 19));
    expect(first).not.toContain('elsewhere');
  });
});

describe('03 long streams', () => {
  it('of inline events keep their numbers', async () => {
    const actions = Array.from({ length: 10_000 }, (_, i) => (i === 8999 ? 'exec_start: sh' : 'top'));
    const alerts = [{ rule: 'Shell executed in container', event: 9000 }];
    const report = await runSuites([suite([testCase('x', [inline(...actions)], { alerts })])], {
      goldens: lockedGoldens,
    });
    expect(report.suites[0]?.cases).toMatchObject([{ status: 'passed', events: 10_000, alerts: 1 }]);
  });

  it('are read no further than to the batch at which the signal comes', async () => {
    const path = await longCapture(100_000);
    const controller = new AbortController();
    let events = 0;
    await withDockerPlugin({}, async (plugin) => {
      const opened = openStream({ kind: 'capture', path, selection: {} }, plugin, controller.signal);
      for await (const { count } of opened.batches) {
        events += count;
        controller.abort();
      }
      opened.close();
    });
    expect(events).toBeGreaterThan(0);
    expect(events).toBeLessThan(50_000);
  });

  it.each([1, 2])('with %i workers end by the signal, and no source host is left', async (workers) => {
    const path = await longCapture(400_000);
    const stream = (until?: bigint): CaptureStream => ({ kind: 'capture', path, selection: until ? { until } : {} });
    const cases = [testCase('a', [stream()]), testCase('b', [stream(5n * 10n ** 18n)])];
    const controller = new AbortController();
    const run = runSuites([suite(cases)], { goldens: lockedGoldens, workers, signal: controller.signal });
    const outcome = run.catch((error: unknown) => error);
    while (sourceHosts().length === 0) await sleep(5);
    controller.abort();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    expect(sourceHosts()).toEqual([]);
    expect(process.env.TZ === 'UTC').toBe(zoneBefore === 'UTC');
  });

  it('do not begin once the signal is aborted', async () => {
    const run = runSuites([suite([testCase('x', [inline('top')])])], {
      goldens: lockedGoldens,
      signal: AbortSignal.abort(new Error('Ctrl-C')),
    });
    await expect(run).rejects.toThrow('Ctrl-C');
  });
});

const zoneBefore = process.env.TZ;

/** A capture of so many events that the rules say nothing of. */
async function longCapture(count: number): Promise<string> {
  const path = join(freshFolder(), 'long.db');
  const line = Buffer.from('{"Type":"container","Action":"top","Actor":{"ID":"c0ffee","Attributes":{"name":"web"}}}\n');
  const writer = await CaptureWriter.open(path, { how: 'record' });
  const [size, lines] = [10_000, Buffer.concat(Array.from({ length: 10_000 }, () => line))];
  for (let start = 0; start < count; start += size) {
    writer.write({ lines, times: new BigInt64Array(size).fill(10n ** 18n), count: size });
  }
  await writer.close();
  return path;
}

/** The source hosts that this process started. */
function sourceHosts(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('source/main.js');
    } catch {
      return false;
    }
  });
}
