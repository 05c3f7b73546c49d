import { describe, expect, test } from 'vitest';
import { parseBound } from '#docktape/commands/bound.js';

const SECOND = 1_000_000_000n;

describe('a bound', () => {
  test.each([
    ['1h', { age: 3_600n * SECOND }],
    ['1d12h', { age: 129_600n * SECOND }],
    ['10m', { age: 600n * SECOND }],
    ['10M', { bytes: 10_485_760 }],
    ['1K', { bytes: 1_024 }],
    ['2T', { bytes: 2_199_023_255_552 }],
    ['1h,1G', { age: 3_600n * SECOND, bytes: 1_073_741_824 }],
    ['1G,1h', { age: 3_600n * SECOND, bytes: 1_073_741_824 }],
  ])('%s', (text, bound) => {
    expect(parseBound(text)).toEqual(bound);
  });

  test.each([
    '',
    '1x',
    '1',
    '0s',
    '0G',
    '1g',
    '-1h',
    '1h,',
    '1h,2h',
    '1G,2G',
    '1h,1G,1G',
    '9999999999T',
    ' 1h',
    '1.5G',
  ])("'%s' is refused", (text) => {
    expect(() => parseBound(text)).toThrow(
      `'${text}' is neither a time nor a size: write a time (90s, 1h, 7d), a size (500M, 10G), or one of each (1h,500M)`,
    );
  });
});
