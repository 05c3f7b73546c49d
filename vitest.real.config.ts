import { defineConfig } from 'vitest/config';

/** Tests against a real Docker daemon and a real falcosecurity client, and of the bundle: `npm run test:real`. One file at a time. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts', 'test/bundle/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
