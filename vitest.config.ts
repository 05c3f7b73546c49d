import { defineConfig } from 'vitest/config';

/** Tests that need neither a daemon nor a Falco client: `npm test`. They run against the built files, as users do. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/bundle/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
