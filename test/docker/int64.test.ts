import { expect, it } from 'vitest';
import { loadTime, type SplitTime, storeTime } from '#docktape/docker/int64.js';

it('splits every stored time into the seconds and nanoseconds it was made of', () => {
  const times = new BigInt64Array(1);
  const words = new Uint32Array(times.buffer);
  const split: SplitTime = { seconds: 0, nanos: 0 };
  for (const seconds of [0, 1, 4, 65_535, 65_536, 4_294_967_295, 4_294_967_296, 1_700_000_000, 9_223_372_036]) {
    for (const nanos of [0, 1, 499_999_999, 854_775_807]) {
      storeTime(words, 0, { seconds, nanos });
      expect(times[0]).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
      loadTime(words, 0, split);
      expect(split).toEqual({ seconds, nanos });
    }
  }
});
