import { vi } from 'vitest';

const many = process.env['SALLYPORT_SEEDS'];
const only = process.env['SALLYPORT_SEED'];
// Who asks for many seeds has the time.
if (many !== undefined) vi.setConfig({ testTimeout: 3_600_000 });

/**
 * The seeds of a property: `count` of them, or as many as SALLYPORT_SEEDS says, or the one in SALLYPORT_SEED, which is how a failure is
 * seen again.
 */
function seedsOf(property: string, count: number): readonly string[] {
  if (only !== undefined) return [only];
  return Array.from({ length: Number(many ?? count) }, (_, i) => `${property} ${i}`);
}

/** Runs a property with each of its seeds; the failure says which seed it was. */
export function forEachSeed(property: string, count: number, run: (seed: string) => void): void {
  for (const seed of seedsOf(property, count)) {
    try {
      run(seed);
    } catch (error) {
      throw withSeed(error, seed);
    }
  }
}

/** As `forEachSeed`, one seed after the other. */
export async function forEachSeedInTurn(
  property: string,
  count: number,
  run: (seed: string) => Promise<void>,
): Promise<void> {
  for (const seed of seedsOf(property, count)) {
    try {
      await run(seed);
    } catch (error) {
      throw withSeed(error, seed);
    }
  }
}

function withSeed(error: unknown, seed: string): unknown {
  if (error instanceof Error) error.message += `\n  again: SALLYPORT_SEED='${seed}'`;
  return error;
}
