/** The candidate that a mistyped word most likely stands for, or undefined where none is near or two are equally so. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = folded(word);
  const distances = candidates.map((candidate) => editDistance(wanted, folded(candidate)));
  const least = Math.min(...distances);
  // About a third of a word may be wrong; beyond that a suggestion misleads more than it helps.
  if (least > Math.max(1, Math.floor((word.length + 1) / 3))) return undefined;
  const near = candidates.filter((_, i) => distances[i] === least);
  return near.length === 1 ? near[0] : undefined;
}

/** `did you mean "listen"?` where a candidate is near, else the list of all. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `known here: ${candidates.join(', ')}` : `did you mean "${near}"?`;
}

/** How many insertions, deletions, replacements and swaps of neighbours it takes to get from one word to the other. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const cost = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replaced = cost(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cost(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(cost(i - 1, j) + 1, cost(i, j - 1) + 1, replaced, swapped));
    }
  }
  return cost(a.length, b.length);
}

const folded = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '');
