import { vi } from 'vitest';

const times = Number(process.env['SALLYPORT_TIMES'] ?? 1);
const only = process.env['SALLYPORT_SEED'];
// Who asks for many seeds has the time, and wants to know what for.
if (times > 1) vi.setConfig({ testTimeout: 3_600_000 });

/**
 * The seeds of a property: `count` of them, or SALLYPORT_TIMES as many, so that each has its share of the time whatever one seed costs; or
 * the one in SALLYPORT_SEED, which is how a failure is seen again.
 */
function seedsOf(property: string, count: number): readonly string[] {
  if (only !== undefined) return [only];
  return Array.from({ length: count * times }, (_, i) => `${property} ${i}`);
}

/** Runs a property with each of its seeds; the failure says which seed it was. */
export function forEachSeed(property: string, count: number, run: (seed: string) => void): void {
  const from = performance.now();
  const seeds = seedsOf(property, count);
  for (const seed of seeds) {
    try {
      run(seed);
    } catch (error) {
      throw withSeed(error, seed);
    }
  }
  tell(property, seeds, from);
}

/** As `forEachSeed`, one seed after the other. */
export async function forEachSeedInTurn(
  property: string,
  count: number,
  run: (seed: string) => Promise<void>,
): Promise<void> {
  const from = performance.now();
  const seeds = seedsOf(property, count);
  for (const seed of seeds) {
    try {
      await run(seed);
    } catch (error) {
      throw withSeed(error, seed);
    }
  }
  tell(property, seeds, from);
}

function tell(property: string, { length }: readonly string[], from: number): void {
  if (times > 1) console.log(`${property}: ${length} seeds in ${((performance.now() - from) / 1000).toFixed(1)} s`);
}

function withSeed(error: unknown, seed: string): unknown {
  if (error instanceof Error) error.message += `\n  again: SALLYPORT_SEED='${seed}'`;
  return error;
}
