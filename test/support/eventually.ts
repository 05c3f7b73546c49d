import { expect } from 'vitest';

/** Asks again and again until the answer is what is expected. A busy machine may take its time. */
export const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 25_000 });
