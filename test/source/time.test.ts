import { describe, expect, it } from 'vitest';
import { parseTime } from '#docktape/source/time.js';

const NOW = 1_700_000_000_123_456_789n;
const SECOND = 1_000_000_000n;

describe('a time', () => {
  it.each<[string, bigint]>([
    ['2023-11-14T22:13:20Z', 1_700_000_000n * SECOND],
    ['2023-11-14t22:13:20z', 1_700_000_000n * SECOND],
    ['2023-11-14 22:13:20Z', 1_700_000_000n * SECOND],
    ['2023-11-14T22:13:20.123456789Z', NOW],
    ['2023-11-14T22:13:20.5Z', 1_700_000_000n * SECOND + SECOND / 2n],
    ['2023-11-15T00:13:20+02:00', 1_700_000_000n * SECOND],
    ['2023-11-14T16:43:20.000000001-05:30', 1_700_000_000n * SECOND + 1n],
    ['2024-02-29T00:00:00Z', 1_709_164_800n * SECOND],
    ['1970-01-01T00:00:00Z', 0n],
    ['2262-04-11T23:47:16.854775807Z', 2n ** 63n - 1n],
    ['1700000000', 1_700_000_000n * SECOND],
    ['1700000000.123456789', NOW],
    ['1700000000.5', 1_700_000_000n * SECOND + SECOND / 2n],
    ['0', 0n],
    ['10m', NOW - 600n * SECOND],
    ['1h30m', NOW - 5400n * SECOND],
    ['2d', NOW - 172_800n * SECOND],
    ['1d2h3m4s5ms', NOW - 93_784n * SECOND - 5_000_000n],
    ['0s', NOW],
    ['90m', NOW - 5400n * SECOND],
    ['250ms', NOW - 250_000_000n],
  ])('%s', (text, time) => {
    expect(parseTime(text, NOW)).toBe(time);
  });
});

describe('what is no time', () => {
  it.each([
    '',
    ' ',
    'yesterday',
    '10x',
    '-10m',
    'm',
    '30m1h',
    '1.5h',
    '1700000000.',
    '.5',
    '1700000000.1234567890',
    '-5',
    '2023-11-14',
    '2023-11-14T22:13:20',
    '2023-11-14T22:13Z',
    '2023-02-29T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-11-14T24:00:00Z',
    '2023-11-14T22:60:00Z',
    '2023-11-14T22:13:60Z',
    '2023-11-14T22:13:20.1234567890Z',
    '2023-11-14T22:13:20+24:00',
  ])("'%s' is refused with the forms", (text) => {
    expect(() => parseTime(text, NOW)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringMatching(/^'.*' is not a time: .*RFC 3339.*Unix seconds.*age/),
      }),
    );
    expect(() => parseTime(text, NOW)).toThrow(`'${text}'`);
  });

  it.each(['1969-12-31T23:59:59Z', '2262-04-11T23:47:16.854775808Z', '9223372037', '99999d'])(
    "'%s' is out of range",
    (text) => {
      expect(() => parseTime(text, NOW)).toThrow(`'${text}' is out of range`);
    },
  );
});
