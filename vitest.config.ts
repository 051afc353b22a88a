import { defineConfig } from 'vitest/config';

/** A test with more seeds than usual (`npm run test:long`) may take its time. */
const limit = process.env['SALLYPORT_TIMES'] === undefined ? 120_000 : 3_600_000;

/** Everything that needs neither root nor a network: units, properties, simulations, documents, architecture. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    alias: { 'sallyport/drill': new URL('./src/drill.ts', import.meta.url).pathname },
    exclude: ['test/interop/**', 'test/kernel/**'],
    pool: 'threads',
    testTimeout: limit,
  },
});
