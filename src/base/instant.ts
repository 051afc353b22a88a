/** Milliseconds on a monotonic clock whose zero means nothing. Only a driver (the gateway, the simulator) reads a clock. */
export type Instant = number & { readonly __brand: 'Instant' };

/** A length of time in milliseconds. */
export type Duration = number & { readonly __brand: 'Duration' };

export const milliseconds = (n: number): Duration => n as Duration;
export const seconds = (n: number): Duration => (n * 1000) as Duration;
export const instant = (n: number): Instant => n as Instant;
export const after = (from: Instant, by: Duration): Instant => (from + by) as Instant;
/** How long it is from the one to the other; negative where `to` is earlier. */
export const between = (from: Instant, to: Instant): Duration => (to - from) as Duration;

/** The earlier of two; undefined is never. */
export function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
