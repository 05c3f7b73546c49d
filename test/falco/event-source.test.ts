import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventSource } from '#docktape/falco/event-source.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import type { PluginBatch } from '#docktape/falco/plugin-batch.js';
import { compileTestPlugin } from './test-plugin.js';

const path = compileTestPlugin();

let plugin: LoadedPlugin;
let logged: string[];
beforeEach(() => {
  logged = [];
  plugin = LoadedPlugin.load(path);
  plugin.init('', (severity, component, text) => logged.push(`${severity} ${component} ${text}`));
});
afterEach(() => plugin.destroy());

async function nextBatch(source: EventSource): Promise<PluginBatch> {
  const batch = await source.next();
  if (typeof batch === 'string') throw new Error(`${batch} where a batch was due`);
  return batch;
}

const closed = () => plugin.metrics().find(({ name }) => name === 'closed')?.value;

describe('open', () => {
  it('fails with the reason of the plugin, which is closed then as Falco closes it', async () => {
    await expect(plugin.open('fail')).rejects.toMatchObject({ code: 'PLUGIN', message: 'open was told to fail' });
    expect(closed()).toBe(1);
    expect(logged.at(-1)).toBe('warning open fail');
  });

  it('leaves the event loop free', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await expect(plugin.open('slow fail')).rejects.toThrow('open was told to fail');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });
});

describe('next', () => {
  it('gives batches with consecutive numbers, then the end, again and again', async () => {
    const source = await plugin.open('eEt');
    const first = await nextBatch(source);
    expect([first.firstNumber, first.count, first.times]).toEqual([1, 1, new BigUint64Array([1n])]);
    const second = await nextBatch(source);
    expect([second.firstNumber, second.count, second.times]).toEqual([2, 3, new BigUint64Array([2n, 3n, 4n])]);
    expect(second.payload(2).toString()).toBe('event 4');
    expect(await source.next()).toBe('timeout');
    expect(await source.next()).toBe('end');
    expect(await source.next()).toBe('end');
  });

  it('leaves the event loop free', async () => {
    const source = await plugin.open('s');
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await nextBatch(source);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('fails with the reason of the plugin and stays failed', async () => {
    const source = await plugin.open('fe');
    const failure = { code: 'PLUGIN', message: 'next_batch was told to fail' };
    await expect(source.next()).rejects.toMatchObject(failure);
    expect(logged.at(-1)).toBe('error next failing');
    await expect(source.next()).rejects.toMatchObject(failure);
  });

  it('takes a code that is not meant for next_batch as a failure', async () => {
    await expect((await plugin.open('u')).next()).rejects.toThrow('next_batch was told to fail');
  });

  it('gives the events that come with a code first, and then the code', async () => {
    const failing = await plugin.open('F');
    expect((await nextBatch(failing)).payload(1).toString()).toBe('event 2');
    await expect(failing.next()).rejects.toThrow('next_batch was told to fail');

    const ending = await plugin.open('De');
    expect((await nextBatch(ending)).count).toBe(2);
    expect(await ending.next()).toBe('end');

    const waiting = await plugin.open('Te');
    expect((await nextBatch(waiting)).count).toBe(2);
    expect(await waiting.next()).toBe('timeout');
    expect((await nextBatch(waiting)).firstNumber).toBe(3);
  });

  it.each([
    ['0', 'succeeded without an event'],
    ['n', 'no list of its events'],
    ['w', 'not a plugin event'],
    ['l', 'lengths disagree'],
    ['h', 'lengths disagree'],
    ['i', 'plugin ID 5; its own is 77'],
  ])('refuses what a plugin must not give (%s)', async (params, message) => {
    await expect((await plugin.open(params)).next()).rejects.toMatchObject({
      code: 'PLUGIN',
      message: expect.stringContaining(message),
    });
  });

  it('gives the good events before a bad one', async () => {
    const source = await plugin.open('p');
    expect((await nextBatch(source)).count).toBe(1);
    await expect(source.next()).rejects.toThrow('null event');
  });

  it('fills in the ID and the time that a plugin leaves to the framework', async () => {
    const before = BigInt(Date.now()) * 1_000_000n;
    const batch = await nextBatch(await plugin.open('z'));
    expect(batch.times[0]).toBeGreaterThanOrEqual(before);
    expect(batch.times[0]).toBeLessThan(before + 60_000_000_000n);
  });

  it('is refused while another call is under way', async () => {
    const source = await plugin.open('se');
    const first = source.next();
    await expect(source.next()).rejects.toThrow('next while next is under way');
    await expect(plugin.open('e')).rejects.toThrow('open while next is under way');
    expect(() => plugin.openParams()).toThrow('while next is under way');
    expect(await first).toMatchObject({ count: 1 });
    expect(await source.next()).toMatchObject({ count: 1, firstNumber: 2 });
  });
});

describe('a batch', () => {
  it('is no longer valid after the next next()', async () => {
    const source = await plugin.open('ee');
    const batch = await nextBatch(source);
    const next = source.next();
    expect(() => batch.payload(0)).toThrow('no longer valid');
    expect(() => batch.extract([{ field: 'test.payload' }])).toThrow('no longer valid');
    await next;
    expect(() => batch.payload(0)).toThrow('no longer valid');
  });

  it('is no longer valid after close()', async () => {
    const source = await plugin.open('e');
    const batch = await nextBatch(source);
    await source.close();
    expect(() => batch.payload(0)).toThrow('no longer valid');
  });

  it('has no payload outside of it', async () => {
    const batch = await nextBatch(await plugin.open('E'));
    for (const index of [-1, 3, 0.5, Number.NaN]) expect(() => batch.payload(index)).toThrow(RangeError);
  });
});

describe('progress', () => {
  it('is what the plugin says, or said before the call under way', async () => {
    const source = await plugin.open('sss');
    expect(source.progress()).toEqual({ fraction: 0, text: 'as told' });
    await source.next();
    expect(source.progress()).toEqual({ fraction: 0.25, text: 'as told' });
    const next = source.next();
    expect(source.progress()?.fraction).toBe(0.25);
    await next;
    expect(source.progress()?.fraction).toBe(0.5);
  });
});

describe('close', () => {
  it('waits for the next() under way', async () => {
    const source = await plugin.open('s');
    const order: string[] = [];
    const next = source.next().then(() => order.push('next'));
    await source.close().then(() => order.push('close'));
    await next;
    expect(order).toEqual(['next', 'close']);
    expect(closed()).toBe(1);
  });

  it('closes once, however often it is called', async () => {
    const source = await plugin.open('e');
    await Promise.all([source.close(), source.close()]);
    await source.close();
    expect(closed()).toBe(1);
    await expect(source.next()).rejects.toThrow('closed event source');
  });

  it('takes its turn when two sources close at once', async () => {
    const sources = [await plugin.open('e'), await plugin.open('e')];
    await Promise.all(sources.map((source) => source.close()));
    expect(closed()).toBe(2);
  });
});
