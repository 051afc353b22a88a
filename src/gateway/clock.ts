import { type Instant, instant } from '../base/instant.ts';

/** The engine's clock: monotonic, so that setting the time of day neither ends nor prolongs an SA. */
export function now(): Instant {
  return instant(Math.floor(performance.now()));
}

/** The time of the calendar in seconds since 1970: certificates and revocation lists go by it. */
export const calendar = (): number => Math.floor(Date.now() / 1000);
