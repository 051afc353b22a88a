/** In groups of the same key, each in the order in which they came. */
export const groupBy = <T>(all: Iterable<T>, keyOf: (one: T) => string): T[][] => [...groupsOf(all, keyOf).values()];

/** The same by their keys. */
export function groupsOf<T>(all: Iterable<T>, keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
