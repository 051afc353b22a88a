import { between, type Instant } from './instant.ts';

/** So many at once, and then so many a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** How many may still be had, as of a moment. Plain data. */
export interface TokenBucket {
  readonly tokens: number;
  readonly at: Instant;
}

/** Takes one where there is one. `bucket` is undefined before the first, and a full one then. */
export function takeToken(
  rate: Rate,
  bucket: TokenBucket | undefined,
  now: Instant,
): { readonly taken: boolean; readonly bucket: TokenBucket } {
  const since = bucket === undefined ? rate.burst : (between(bucket.at, now) / 1000) * rate.perSecond;
  const tokens = Math.min(rate.burst, (bucket?.tokens ?? 0) + since);
  return tokens < 1
    ? { taken: false, bucket: { tokens, at: now } }
    : { taken: true, bucket: { tokens: tokens - 1, at: now } };
}

/** Gives one back that turned out to be due. */
export function returnToken(rate: Rate, { tokens, at }: TokenBucket): TokenBucket {
  return { tokens: Math.min(rate.burst, tokens + 1), at };
}
