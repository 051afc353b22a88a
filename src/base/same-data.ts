/**
 * Whether two pieces of plain data say the same: objects by their own keys, lists and octets in order. A key that is undefined is not
 * there. Anything else, such as a `Secret`, is the same only as itself.
 */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isPlain(a) || !isPlain(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  return (
    left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameData(value, right.get(key)))
  );
}

const PLAIN: ReadonlySet<unknown> = new Set([Object.prototype, Array.prototype, Uint8Array.prototype]);

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && PLAIN.has(Object.getPrototypeOf(value));

const fieldsOf = (value: object): Map<string, unknown> =>
  new Map(Object.entries(value).filter(([, field]) => field !== undefined));
