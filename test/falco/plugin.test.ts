import { afterEach, describe, expect, it } from 'vitest';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { compileTestPlugin } from './test-plugin.js';

const path = compileTestPlugin();
const withSchema = compileTestPlugin('INIT_SCHEMA="{}"');

const loaded: LoadedPlugin[] = [];
afterEach(async () => {
  await Promise.all(loaded.splice(0).map((plugin) => plugin.destroy()));
});

function load(library = path): LoadedPlugin {
  const plugin = LoadedPlugin.load(library);
  loaded.push(plugin);
  return plugin;
}

/** A listener, and the lines that it heard. */
function listener() {
  const lines: unknown[][] = [];
  return { lines, log: (...line: unknown[]) => void lines.push(line) };
}

describe('init', () => {
  it('hands over the config and the log', () => {
    const { lines, log } = listener();
    load().init('the config', log);
    expect(lines).toEqual([['info', undefined, 'the config']]);
  });

  it('gives {} for no config to a plugin with a schema, as Falco does', () => {
    const { lines, log } = listener();
    load(withSchema).init('', log);
    load().init('', log);
    expect(lines.map(([, , text]) => text)).toEqual(['{}', '']);
  });

  it('fails with the reason of the plugin, and can then be tried again', () => {
    const plugin = load();
    const { lines, log } = listener();
    expect(() => plugin.init('fail', log)).toThrow(
      expect.objectContaining({ code: 'PLUGIN', message: 'init was told to fail' }),
    );
    expect(lines).toEqual([
      ['info', undefined, 'fail'],
      ['debug', 'end', 'destroyed'],
    ]);
    plugin.init('better');
    expect(() => plugin.init('again')).toThrow('initialised already');
  });

  it('survives a plugin that fails without a state', () => {
    expect(() => load().init('null')).toThrow('gave no reason');
  });

  it('comes before everything that needs a state', async () => {
    const plugin = load();
    expect(() => plugin.openParams()).toThrow('not initialised');
    expect(() => plugin.metrics()).toThrow('not initialised');
    expect(() => plugin.wrap([])).toThrow('not initialised');
    await expect(plugin.open('e')).rejects.toThrow('not initialised');
  });
});

describe('openParams', () => {
  it('gives what the plugin offers', () => {
    const plugin = load();
    plugin.init();
    expect(plugin.openParams()).toEqual([
      { value: 'eee', desc: 'three events' },
      { value: 't', desc: '', separator: ',' },
    ]);
  });
});

describe('metrics', () => {
  it('gives every type of value, and may be asked while a call is under way', async () => {
    const plugin = load();
    plugin.init();
    const source = await plugin.open('s');
    const next = source.next();
    expect(plugin.metrics()).toEqual([
      { name: 'opened', type: 'monotonic', value: 1 },
      { name: 'closed', type: 'monotonic', value: 0 },
      { name: 's32', type: 'non-monotonic', value: -32 },
      { name: 'u64', type: 'monotonic', value: 2n ** 64n - 1n },
      { name: 's64', type: 'non-monotonic', value: -(2n ** 63n) },
      { name: 'double', type: 'non-monotonic', value: 0.1 },
      { name: 'float', type: 'non-monotonic', value: 0.5 },
      { name: 'int', type: 'non-monotonic', value: 7 },
    ]);
    await next;
  });
});

describe('destroy', () => {
  it('waits for the call under way, closes what is open and then gives the state back', async () => {
    const plugin = load();
    const { lines, log } = listener();
    plugin.init('', log);
    const source = await plugin.open('s');
    const next = source.next();
    await plugin.destroy();
    expect(await next).toMatchObject({ count: 1 });
    expect(lines.at(-1)).toEqual(['debug', 'end', 'destroyed']);
    expect(() => plugin.openParams()).toThrow('is destroyed');
    await expect(source.next()).rejects.toThrow('closed');
    await plugin.destroy();
  });

  it('waits for an open that is under way and closes what it gave', async () => {
    const plugin = load();
    plugin.init();
    const opening = plugin.open('e');
    await plugin.destroy();
    await expect((await opening).next()).rejects.toThrow('closed');
  });

  it('of a plugin that was never initialised does nothing', async () => {
    const { lines } = listener();
    await load().destroy();
    expect(lines).toEqual([]);
  });

  it('leaves other states of the same library alone', async () => {
    const [first, second] = [load(), load()];
    first.init();
    second.init();
    const source = await second.open('eE');
    await first.destroy();
    expect(await source.next()).toMatchObject({ count: 1 });
    expect(await source.next()).toMatchObject({ count: 3 });
  });
});
