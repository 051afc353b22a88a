/**
 * The seeds of a property: `count` of them, or as many as SALLYPORT_SEEDS says, or the one in SALLYPORT_SEED, which is how a failure is
 * seen again.
 */
function seedsOf(property: string, count: number): readonly string[] {
  const only = process.env['SALLYPORT_SEED'];
  if (only !== undefined) return [only];
  const asked = Number(process.env['SALLYPORT_SEEDS'] ?? count);
  return Array.from({ length: asked }, (_, i) => `${property} ${i}`);
}

/** Runs a property with each of its seeds; the failure says which seed it was. */
export function forEachSeed(property: string, count: number, run: (seed: string) => void): void {
  for (const seed of seedsOf(property, count)) {
    try {
      run(seed);
    } catch (error) {
      if (error instanceof Error) error.message += `\n  again: SALLYPORT_SEED='${seed}'`;
      throw error;
    }
  }
}
