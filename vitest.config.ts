import { defineConfig } from 'vitest/config';

/** Everything that needs neither root nor a network: units, properties, simulations, documents, architecture. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/kernel/**'],
    pool: 'threads',
    testTimeout: 30_000,
  },
});
