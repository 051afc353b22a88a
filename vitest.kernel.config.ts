import { defineConfig } from 'vitest/config';

/** What needs a kernel with ESP. Runs inside the virtual machine of scripts/vm.sh, whose arithmetic is many times slower. */
export default defineConfig({
  test: {
    include: ['test/kernel/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    env: { SALLYPORT_LAB_LIMIT: '200000' },
    testTimeout: 400_000,
    hookTimeout: 400_000,
    teardownTimeout: 20_000,
  },
});
