/** A value of one factor and a value of another, by their places. */
interface ValuePair {
  readonly a: number;
  readonly valueA: number;
  readonly b: number;
  readonly valueB: number;
}

type PartialRow = readonly (number | undefined)[];

/**
 * Rows in which every value of each factor meets every value of each other factor at least once. `sizes` are the numbers of values;
 * a row holds the place of one value for each factor. The same sizes give the same rows.
 *
 * Greedy: each row begins with the first pair that is still open, and takes for every other factor what closes most.
 */
export function coveringRows(sizes: readonly number[]): readonly (readonly number[])[] {
  const rows: (readonly number[])[] = [];
  let open = allPairs(sizes);
  for (let [pair] = open; pair !== undefined; [pair] = open) {
    const row = grow(sizes, pair, open, rows);
    rows.push(row);
    open = open.filter((other) => !meets(row, other));
  }
  return rows;
}

export function allPairs(sizes: readonly number[]): readonly ValuePair[] {
  const factors = [...sizes.entries()];
  return factors.flatMap(([a, sizeA]) =>
    factors
      .filter(([b]) => a < b)
      .flatMap(([b, sizeB]) =>
        Array.from({ length: sizeA * sizeB }, (_, i) => ({ a, valueA: Math.floor(i / sizeB), b, valueB: i % sizeB })),
      ),
  );
}

export const meets = (row: PartialRow, { a, valueA, b, valueB }: ValuePair): boolean =>
  row[a] === valueA && row[b] === valueB;

/** A row with this pair; every other factor gets the value that meets most open pairs, of equal ones the least used. */
function grow(
  sizes: readonly number[],
  { a, valueA, b, valueB }: ValuePair,
  open: readonly ValuePair[],
  rows: readonly (readonly number[])[],
): readonly number[] {
  let row: PartialRow = sizes.map((_, i) => (i === a ? valueA : i === b ? valueB : undefined));
  for (const [factor, size] of sizes.entries()) {
    if (row[factor] !== undefined) continue;
    const ranked = Array.from({ length: size }, (_, value) => {
      const grown = row.with(factor, value);
      const gain = open.filter((pair) => (pair.a === factor || pair.b === factor) && meets(grown, pair)).length;
      return { grown, gain, used: rows.filter((other) => other[factor] === value).length };
    }).sort((x, y) => y.gain - x.gain || x.used - y.used);
    row = ranked[0]?.grown ?? row;
  }
  return row.map((value) => value ?? 0);
}
