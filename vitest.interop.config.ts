import { defineConfig } from 'vitest/config';

/** Real peers in network namespaces, in real time: one file after the other, because they share the machine's names and ports. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
