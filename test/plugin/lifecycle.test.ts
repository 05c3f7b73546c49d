import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { childrenOf, heapOf, isAlive, until } from '../support/processes.js';
import { type Drained, fakeHost, folder, Loader } from './loader.js';

let loader: Loader;
beforeEach(async () => {
  loader = await Loader.start();
});
afterEach(async () => loader.end());

/** More than what the allocator keeps to itself, and far less than one forgotten frame, state or library a cycle would be. */
const heapTolerance = 256; // kB

const damaged = Buffer.from('1000000000 {}\n1000000001').toString('hex');

/** How a source ends: what its host does, and what reading it comes to. */
const lives = {
  'at its end': { steps: 'opened:900;flood:3:300:600;end', reading: 'eof' },
  'before anything was read': { steps: 'opened;events:5;hold', reading: undefined },
  'with its host in the middle of a write': { steps: 'opened;flood:400:100:600;end', reading: 'success' },
  'when it cannot open': { steps: 'error:no such capture: check the path', reading: undefined },
  'after a host that sent nonsense': { steps: `opened;frame:2:2:${damaged}`, reading: 'failure' },
  'while its host is to be started again': { steps: 'opened;exit:1', reading: 'timeout' },
} as const;

/** One life of a source: open, read as much as its kind asks for, close. */
async function live({ steps, reading }: (typeof lives)[keyof typeof lives]): Promise<void> {
  const fails = steps.startsWith('error');
  expect(await loader.do('open', 's', 'i', steps)).toMatchObject({ rc: fails ? 'failure' : 'success' });
  if (reading === 'eof' || reading === 'failure') {
    expect(await loader.do<Drained>('drain', 's', 'i')).toMatchObject({ rc: reading });
  } else if (reading === 'success') {
    expect(await loader.next('s', 'i')).toMatchObject({ rc: 'success' });
  } else if (reading === 'timeout') {
    await until(() => childrenOf(loader.pid).every(({ state }) => state === 'Z'), 1000);
    expect(await loader.do('next', 's', 'i')).toMatchObject({ rc: 'timeout' });
  }
  await loader.do('close', 's', fails ? 'null' : 'i');
  await loader.log();
}

describe('opened again and again in one process, while a second state comes and goes in another thread', () => {
  test.each(Object.entries(lives))('a source that ends %s leaves nothing', { timeout: 60_000 }, async (_name, life) => {
    await loader.init('s', { flushinterval: 1 });
    await loader.do('spin', 'init', JSON.stringify({ host: fakeHost }));
    for (let i = 0; i < 20; i++) await live(life);
    const before = { descriptors: loader.descriptors(), threads: loader.status('Threads'), heap: heapOf(loader.pid) };
    for (let i = 0; i < 200; i++) await live(life);
    expect(heapOf(loader.pid) - before.heap).toBeLessThan(heapTolerance);
    expect(loader.descriptors()).toEqual(before.descriptors);
    expect(loader.status('Threads')).toBe(before.threads);
    expect(childrenOf(loader.pid)).toEqual([]);
    expect(await loader.do<{ bad: number }>('unspin')).toMatchObject({ bad: 0 });
  });

  test('it may end each time in another way', async () => {
    await loader.init();
    await loader.do('spin', 'init', JSON.stringify({ host: fakeHost }));
    for (let i = 0; i < 5; i++) {
      for (const life of Object.values(lives)) await live(life);
    }
    expect(await loader.do('open', 's', 'i', 'opened;events:3;end')).toMatchObject({ rc: 'success' });
    expect(await loader.do<Drained>('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 3 });
    expect(await loader.do<{ bad: number }>('unspin')).toMatchObject({ bad: 0 });
  });
});

describe('the real source host', () => {
  const capture = `capture:${projectPath('captures/exec.db')}`;
  const slow = `${capture}?speed=0.001`;

  test('reads a capture again and again, to its end and only in part, and leaves nothing', async () => {
    await loader.do('init', 's', '{}');
    const before = loader.descriptors();
    const counts = new Set<number>();
    for (let i = 0; i < 8; i++) {
      await loader.do('open', 's', 'i', capture);
      counts.add((await loader.do<Drained>('drain', 's', 'i')).events);
      await loader.do('close', 's', 'i');
      await loader.do('open', 's', 'i', slow);
      expect((await loader.next('s', 'i')).events).toHaveLength(1);
      await loader.do('close', 's', 'i');
      await loader.do('open', 's', 'i', 'capture:/nowhere/none.db');
      await loader.do('close', 's', 'null');
    }
    expect(counts.size).toBe(1);
    expect([...counts][0]).toBeGreaterThan(10);
    expect(loader.descriptors()).toEqual(before);
    expect(childrenOf(loader.pid)).toEqual([]);
  });

  test.each([
    ['that waits until an event is due', slow],
    ['of a daemon that is not there', `unix://${folder}/nobody.sock`],
  ])('%s ends within a second when who loaded the library is killed', async (_what, params) => {
    await loader.do('init', 's', '{}');
    await loader.do('open', 's', 'i', params);
    const host = childrenOf(loader.pid)[0]?.pid ?? 0;
    expect(isAlive(host)).toBe(true);
    loader.child.kill('SIGKILL');
    await until(() => !isAlive(host), 1000);
  });

  test('that is still starting ends as well', async () => {
    const host = join(folder, 'late-host');
    writeFileSync(host, `#!/bin/sh\nsleep 0.3\nexec '${projectPath('build/Release/docktape-host')}'\n`);
    chmodSync(host, 0o755);
    await loader.do('init', 's', JSON.stringify({ host }));
    const opening = loader.do('open', 's', 'i', slow).catch(() => 'the loader ended');
    await until(() => childrenOf(loader.pid).length > 0, 1000);
    const pid = childrenOf(loader.pid)[0]?.pid ?? 0;
    loader.child.kill('SIGKILL');
    expect(await opening).toBe('the loader ended');
    await until(() => !isAlive(pid), 2000);
  });
});

test('a host that is stopped or hangs is killed at close, within a second', async () => {
  await loader.init();
  await loader.do('open', 's', 'i', 'opened;events:3;hold');
  const host = childrenOf(loader.pid)[0]?.pid ?? 0;
  process.kill(host, 'SIGSTOP');
  const start = performance.now();
  await loader.do('close', 's', 'i');
  expect(performance.now() - start).toBeLessThan(1000);
  expect(childrenOf(loader.pid)).toEqual([]);
});
