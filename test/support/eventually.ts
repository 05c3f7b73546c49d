import { expect } from 'vitest';

/** Asks again and again until the answer is what is expected. A busy machine may take its time. */
export function eventually(ask: () => unknown): ReturnType<typeof expect.poll> {
  return expect.poll(ask, { timeout: 25_000 });
}
