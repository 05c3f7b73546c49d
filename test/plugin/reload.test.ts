import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, heapOf } from '../support/processes.js';
import { type Drained, fakeHost, Loader } from './loader.js';

let loader: Loader;
beforeEach(async () => {
  loader = await Loader.start();
});
afterEach(async () => loader.end());

const config = JSON.stringify({ host: fakeHost });

test('a hot reload: a second state comes and goes while the first reads, then everything is unloaded and loaded again', async () => {
  for (let round = 0; round < 3; round++) {
    await loader.do('init', 'live', config);
    expect(await loader.do('open', 'live', 'i', 'opened;flood:500:400:600;end')).toMatchObject({ rc: 'success' });
    await loader.do('spin', 'init', config);
    expect(await loader.do<Drained>('drain', 'live', 'i')).toMatchObject({ rc: 'eof', events: 200_000 });
    expect(await loader.do<{ calls: number }>('unspin')).toMatchObject({ bad: 0 });
    await loader.do('close', 'live', 'i');
    await loader.do('destroy', 'live');
    await loader.do('unload');
    await loader.load();
  }
});

test('two states read at once, each its own stream', async () => {
  for (const name of ['a', 'b']) await loader.do('init', name, config);
  await loader.do('open', 'a', 'x', 'opened:4;events:2;sleep:30;events:2;end');
  await loader.do('open', 'b', 'y', 'opened:2;events:2;end');
  expect((await loader.next('a', 'x')).events).toHaveLength(2);
  expect((await loader.next('b', 'y')).events).toHaveLength(2);
  expect((await loader.next('b', 'y')).rc).toBe('eof');
  await loader.do('destroy', 'b');
  expect((await loader.next('a', 'x')).events).toHaveLength(2);
  expect((await loader.next('a', 'x')).rc).toBe('eof');
  expect(await loader.metrics('a')).toMatchObject({ events: 4 });
});

test('two instances of one state read at once', async () => {
  await loader.do('init', 's', config);
  await loader.do('open', 's', 'x', 'opened;events:2;hold');
  await loader.do('open', 's', 'y', 'opened;events:3;hold');
  expect((await loader.next('s', 'y')).events).toHaveLength(3);
  expect((await loader.next('s', 'x')).events).toHaveLength(2);
  await loader.do('close', 's', 'x');
  expect(await loader.do('next', 's', 'y')).toMatchObject({ rc: 'timeout' });
  await loader.do('close', 's', 'y');
  expect(childrenOf(loader.pid)).toEqual([]);
});

test('metrics of two states are read by several threads while events flow', async () => {
  for (const name of ['s', 'idle']) await loader.do('init', name, config);
  await loader.do('open', 's', 'i', 'opened;flood:2000:100:200;end');
  for (const name of ['s', 'idle']) await loader.do('spin', 'metrics', name, 2);
  expect(await loader.do<Drained>('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 200_000 });
  const { calls, bad } = await loader.do<{ calls: number; bad: number }>('unspin');
  expect(bad).toBe(0);
  expect(calls).toBeGreaterThan(1000);
  expect(await loader.metrics()).toMatchObject({ events: 200_000, bytes: 40_000_000 });
});

test('loading and unloading again and again leaves nothing, and no memory', { timeout: 60_000 }, async () => {
  const reload = async () => {
    await loader.load();
    await loader.do('schema');
    await loader.do('fields');
    await loader.do('init', 's', config);
    await loader.do('open', 's', 'i', 'opened;events:1;end');
    await loader.do('metrics', 's');
    await loader.do('drain', 's', 'i');
    await loader.do('close', 's', 'i');
    await loader.do('destroy', 's');
    await loader.do('unload');
    await loader.log();
  };
  await loader.do('unload');
  for (let i = 0; i < 20; i++) await reload();
  const before = { descriptors: loader.descriptors(), heap: heapOf(loader.pid) };
  for (let i = 0; i < 200; i++) await reload();
  expect(heapOf(loader.pid) - before.heap).toBeLessThan(256); // kB
  expect(loader.descriptors()).toEqual(before.descriptors);
  expect(loader.status('Threads')).toBe('1');
  expect(childrenOf(loader.pid)).toEqual([]);
});
