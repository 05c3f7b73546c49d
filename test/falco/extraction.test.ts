import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import type { FieldRequest } from '#docktape/rules/event-batch.js';
import { compileTestPlugin } from './test-plugin.js';

const path = compileTestPlugin();

let plugin: LoadedPlugin;
beforeEach(() => {
  plugin = LoadedPlugin.load(path);
  plugin.init();
});
afterEach(() => plugin.destroy());

const payloads = (...texts: string[]) => texts.map((text, i) => ({ ts: BigInt(i), payload: Buffer.from(text) }));

/** The value of a field on each event. */
function valuesOf(texts: string[], request: FieldRequest) {
  const [column] = plugin.wrap(payloads(...texts)).extract([request]);
  if (!column) throw new Error('no column');
  return Array.from(column.codes, (code) => column.values[code]);
}

describe('extract', () => {
  it.each([
    ['test.payload', 'abc'],
    ['test.length', 3n],
    ['test.time', 0n],
    ['test.duration', 5n],
    ['test.odd', true],
    ['test.ip', '\x7f\0\0\x01'],
    ['test.net', `${'\0'.repeat(15)}\x01`],
    ['test.words', ['one', '']],
    ['test.numbers', [1n, 2n ** 64n - 1n]],
    ['test.flags', [false, true]],
    ['test.absent', undefined],
    ['test.failing', undefined],
  ])('%s', (field, expected) => {
    expect(valuesOf(['abc'], { field })).toEqual([expected]);
  });

  it('gives a column as a dictionary: absent first, then distinct values in the order in which they came', () => {
    const [payload, length, absent] = plugin
      .wrap(payloads('b', 'a', 'b', '', 'cc'))
      .extract([{ field: 'test.payload' }, { field: 'test.length' }, { field: 'test.absent' }]);
    expect(payload).toEqual({ values: [undefined, 'b', 'a', '', 'cc'], codes: new Uint32Array([1, 2, 1, 3, 4]) });
    expect(length).toEqual({ values: [undefined, 1n, 0n, 2n], codes: new Uint32Array([1, 1, 1, 2, 3]) });
    expect(absent).toEqual({ values: [undefined], codes: new Uint32Array(5) });
  });

  it('keeps a dictionary for the batches that follow, until it is large', () => {
    const columnOf = (...texts: string[]) => plugin.wrap(payloads(...texts)).extract([{ field: 'test.payload' }])[0];
    const first = columnOf('a', 'b');
    const second = columnOf('c', 'b');
    expect(second?.values).toBe(first?.values);
    expect(second).toEqual({ values: [undefined, 'a', 'b', 'c'], codes: new Uint32Array([3, 2]) });
    const large = columnOf(...Array.from({ length: 5000 }, (_, i) => `${i}`));
    expect(large?.values).toBe(first?.values);
    expect(columnOf('b')).toEqual({ values: [undefined, 'b'], codes: new Uint32Array([1]) });
    expect(first?.values).toHaveLength(5004);
    columnOf('x'.repeat(1 << 20));
    expect(columnOf('b')?.values).toEqual([undefined, 'b']);
  });

  it('extracts a field of a batch once', () => {
    const batch = plugin.wrap(payloads('a', 'b'));
    const [payload] = batch.extract([{ field: 'test.payload' }]);
    const [length, again] = batch.extract([{ field: 'test.length' }, { field: 'test.payload' }]);
    expect(again).toBe(payload);
    expect(length?.values).toEqual([undefined, 1n]);
  });

  it('extracts a field of some events only', () => {
    const batch = plugin.wrap(payloads('a', 'b', 'c'));
    const [some] = batch.extract([{ field: 'test.payload' }], new Uint8Array([0, 1, 1]));
    expect(Array.from(some?.codes ?? [], (code) => some?.values[code])).toEqual([undefined, 'b', 'c']);
    const [all] = batch.extract([{ field: 'test.payload' }]);
    expect(Array.from(all?.codes ?? [], (code) => all?.values[code])).toEqual(['a', 'b', 'c']);
    expect(batch.extract([{ field: 'test.payload' }], new Uint8Array(3))[0]).toBe(all);
  });

  it('gives what it gave before after an extraction that failed', () => {
    const fields = [{ field: 'test.payload' }, { field: 'test.nullresult' }];
    expect(() => plugin.wrap(payloads('a')).extract(fields)).toThrow('null pointer');
    expect(valuesOf(['b', 'a'], { field: 'test.payload' })).toEqual(['b', 'a']);
  });

  it('keeps thousands of distinct values apart', () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => `value ${i % 7000}`);
    const [column] = plugin.wrap(payloads(...texts)).extract([{ field: 'test.payload' }]);
    expect(column?.values).toHaveLength(7001);
    expect(Array.from(column?.codes ?? [], (code) => column?.values[code])).toEqual(texts);
  });

  it('gives strings as their bytes', () => {
    expect(valuesOf(['é'], { field: 'test.payload' })).toEqual(['\xc3\xa9']);
    expect(valuesOf(['x'.repeat(3_000_000)], { field: 'test.payload' })[0]).toHaveLength(3_000_000);
  });

  it('hands keys over as bytes', () => {
    expect(valuesOf(['x'], { field: 'test.key', arg: '\xc3\xa9 [y]' })).toEqual(['\xc3\xa9 [y]']);
    expect(valuesOf(['x'], { field: 'test.key', arg: '' })).toEqual(['']);
    expect(() => valuesOf(['x'], { field: 'test.key[y]' })).toThrow('no field test.key[y]');
  });

  it('hands over indexes', () => {
    expect(valuesOf(['x'], { field: 'test.index', arg: '18446744073709551615' })).toEqual([2n ** 64n - 1n]);
    expect(valuesOf(['x'], { field: 'test.index', arg: '0' })).toEqual([0n]);
    expect(valuesOf(['x'], { field: 'test.index' })).toEqual([undefined]);
  });

  it('takes a failed field as absent and the others as they are', () => {
    const columns = plugin
      .wrap(payloads('a', 'b'))
      .extract([{ field: 'test.payload' }, { field: 'test.failing' }, { field: 'test.length' }]);
    expect(columns.map(({ values }) => values)).toEqual([[undefined, 'a', 'b'], [undefined], [undefined, 1n]]);
  });

  it('gives the same field twice when asked twice, and nothing for nothing', () => {
    const batch = plugin.wrap(payloads('a'));
    const field = { field: 'test.payload' };
    expect(batch.extract([field, field]).map(({ values }) => values[1])).toEqual(['a', 'a']);
    expect(batch.extract([])).toEqual([]);
  });

  it.each([
    ['test.nope', undefined, 'the plugin test has no field test.nope'],
    ['test.key', undefined, 'test.key needs an argument'],
    ['test.length', 'x', 'test.length takes no argument'],
    ['test.key', 'a\0b', 'contains a NUL'],
    ['test.index', '01', 'is not an index'],
    ['test.index', '-1', 'is not an index'],
    ['test.index', '18446744073709551616', 'is not an index'],
  ])('refuses %s[%s]', (field, arg, message) => {
    const request = arg === undefined ? { field } : { field, arg };
    expect(() => valuesOf(['x'], request)).toThrow(
      expect.objectContaining({ code: 'PLUGIN', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['test.nullresult', 'a null pointer as the result of test.nullresult'],
    ['test.nullstring', 'a null pointer as a value of test.nullstring'],
    ['test.toomany', 'a list for test.toomany'],
  ])('turns what would crash Falco into an error (%s)', (field, message) => {
    expect(() => valuesOf(['x'], { field })).toThrow(`plugin test: extract_fields gave ${message}`);
  });
});

describe('wrap', () => {
  it('takes lines with their times', () => {
    const batch = plugin.wrap(
      { lines: Buffer.from('{"a":1}\n\n{}\n'), times: new BigInt64Array([7n, 8n, 9n]), count: 3 },
      40,
    );
    expect([batch.count, batch.firstNumber, batch.times]).toEqual([3, 40, new BigUint64Array([7n, 8n, 9n])]);
    expect([0, 1, 2].map((i) => batch.payload(i).toString())).toEqual(['{"a":1}', '', '{}']);
    expect(batch.extract([{ field: 'test.time' }])[0]?.values).toEqual([undefined, 7n, 8n, 9n]);
  });

  it('takes the first lines of a larger buffer', () => {
    const times = new BigInt64Array([0n, 1n, 2n]).subarray(1);
    expect(plugin.wrap({ lines: Buffer.from('a\nb\nc\n'), times, count: 1 }).times).toEqual(new BigUint64Array([1n]));
  });

  it('refuses fewer lines than it is promised', () => {
    const lines = { lines: Buffer.from('a\nb'), times: new BigInt64Array(2), count: 2 };
    expect(() => plugin.wrap(lines)).toThrow('a batch of 2 lines holds 1');
  });

  it('takes payloads with newlines, and none', () => {
    expect(plugin.wrap(payloads('a\nb', '')).payload(0).toString()).toBe('a\nb');
    const none = plugin.wrap([]);
    expect(none.count).toBe(0);
    expect(none.extract([{ field: 'test.payload' }])[0]).toEqual({ values: [undefined], codes: new Uint32Array(0) });
  });

  it('never gives two events of one state the same number, which plugins take as their identity', async () => {
    const numbers = (batch: ReturnType<LoadedPlugin['wrap']>) => {
      const [column] = batch.extract([{ field: 'test.number' }]);
      return Array.from(column?.codes ?? [], (code) => column?.values[code]);
    };
    expect(numbers(plugin.wrap(payloads('a', 'b')))).toEqual([1n, 2n]);
    const batch = await (await plugin.open('E')).next();
    if (typeof batch === 'string') throw new Error(batch);
    expect(numbers(batch)).toEqual([3n, 4n, 5n]);
    expect(numbers(plugin.wrap(payloads('c')))).toEqual([6n]);
  });

  it('is valid until the next wrap()', () => {
    const first = plugin.wrap(payloads('a'));
    const second = plugin.wrap(payloads('b'));
    expect(() => first.payload(0)).toThrow('no longer valid');
    expect(() => first.extract([])).toThrow('no longer valid');
    expect(second.payload(0).toString()).toBe('b');
  });

  it('is not extracted while a call is under way', async () => {
    const batch = plugin.wrap(payloads('a'));
    const next = (await plugin.open('s')).next();
    expect(() => batch.extract([{ field: 'test.payload' }])).toThrow('extract while next is under way');
    expect(batch.payload(0).toString()).toBe('a');
    await next;
    expect(batch.extract([{ field: 'test.payload' }])[0]?.values[1]).toBe('a');
  });

  it('is not read after destroy', async () => {
    const batch = plugin.wrap(payloads('a'));
    await plugin.destroy();
    expect(() => batch.extract([{ field: 'test.payload' }])).toThrow('destroyed');
  });
});
