import { describe, expect, it } from 'vitest';
import { batchOf, eventTime } from '#docktape/docker/event-time.js';

const DOCKER =
  '{"status":"die","id":"c0ffee","from":"busybox","Type":"container","Action":"die","Actor":{"ID":"c0ffee","Attributes":{"exitCode":"0"}},"scope":"local","time":1700000000,"timeNano":1700000000123456789}';

function timeOf(line: string): bigint | undefined {
  const bytes = Buffer.from(line);
  return eventTime(bytes, 0, bytes.length);
}

describe('the time of one line', () => {
  it.each<[string, string, bigint | undefined]>([
    ['is its timeNano, to the nanosecond', DOCKER, 1700000000123456789n],
    ['does not depend on the newline', `${DOCKER}\n`, 1700000000123456789n],
    ["is found in podman's key order", '{"time":5,"timeNano":1700000000123456789,"status":"x"}', 1700000000123456789n],
    ['is its time without a timeNano', '{"Type":"container","time":1700000000}', 1700000000000000000n],
    ['is its time before other keys', '{"time":17,"Type":"container"}', 17_000_000_000n],
    ['is undefined without either', '{"Type":"container"}', undefined],
    ['is undefined for an empty line', '', undefined],
    ['is undefined for text', 'timeNano', undefined],
    ['is undefined for a negative one', '{"timeNano":-5}', undefined],
    ['is undefined for a fraction', '{"timeNano":17.5}', undefined],
    ['is undefined for an exponent', '{"timeNano":17e5}', undefined],
    ['is undefined for a fraction of a second', '{"time":17.5,"Type":"x"}', undefined],
    ['may be the last that 64 bits hold', '{"timeNano":9223372036854775807}', 9223372036854775807n],
    ['is undefined one beyond', '{"timeNano":9223372036854775808}', undefined],
    ['is undefined for twenty digits', '{"timeNano":17000000001234567890}', undefined],
    ['falls back to time when timeNano is unusable', '{"time":17,"timeNano":9223372036854775808}', 17_000_000_000n],
    ['is undefined for seconds beyond 64 bits', '{"time":9223372037}', undefined],
    ['may be short', '{"timeNano":7}', 7n],
    ['is the last of repeated keys', '{"timeNano":1,"timeNano":2}', 2n],
    ['is not that of a label', '{"Actor":{"Attributes":{"timeNano":"99"}},"timeNano":5,"z":""}', 5n],
    ['is not that of a later label', '{"timeNano":5,"Actor":{"Attributes":{"timeNano":"99"}}}', 5n],
    ['is not that of a quoted text', '{"timeNano":5,"Actor":{"Attributes":{"a":"x\\"timeNano\\":99}"}}}', 5n],
    ['is read before a member of docktape', '{"timeNano":5,"docktape":{"user":"0"}}', 5n],
    ['is read off a line that is cut', '{"timeNano":5', 5n],
  ])('%s', (_, line, time) => {
    expect(timeOf(line)).toBe(time);
  });

  it('is looked for within the line only', () => {
    const bytes = Buffer.from('{"timeNano":1}\n{"Type":"x"}\n{"timeNano":3}\n');
    expect(eventTime(bytes, 15, 27)).toBeUndefined();
    expect(eventTime(bytes, 28, 42)).toBe(3n);
  });
});

describe('a batch of lines', () => {
  it('has the time of each line, or when it arrived', () => {
    const lines = Buffer.from('{"timeNano":9223372036854775807}\nbroken\n{"time":2}\n');
    const batch = batchOf(lines, 42n);
    expect(batch.count).toBe(3);
    expect(batch.lines).toBe(lines);
    expect([...batch.times]).toEqual([9223372036854775807n, 42n, 2_000_000_000n]);
  });

  it('may be empty', () => {
    expect(batchOf(Buffer.alloc(0), 42n)).toMatchObject({ count: 0, times: new BigInt64Array(0) });
  });

  it('agrees with the time of one line for any number of lines and any time', () => {
    let seed = 1n;
    const expected: bigint[] = [];
    for (let bits = 0n; bits < 63n; bits += 1n) {
      for (const around of [-1n, 0n, 1n]) expected.push((1n << bits) + around);
      seed = (seed * 6364136223846793005n + 1442695040888963407n) % (1n << 63n);
      expected.push(seed);
    }
    const batch = batchOf(Buffer.from(expected.map((time) => `{"timeNano":${time}}\n`).join('')), 42n);
    expect([...batch.times]).toEqual(expected);
  });

  it('refuses a line without its newline', () => {
    expect(() => batchOf(Buffer.from('{"time":2}\n{"ti'), 42n)).toThrow(RangeError);
  });
});
