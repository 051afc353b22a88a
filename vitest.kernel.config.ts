import { defineConfig } from 'vitest/config';

/** What needs a kernel with ESP. Runs inside the virtual machine of scripts/vm.sh, whose arithmetic is many times slower. */
export default defineConfig({
  test: {
    include: ['test/kernel/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    teardownTimeout: 20_000,
  },
});
