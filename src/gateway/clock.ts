import { type Instant, instant } from '../base/instant.ts';

/** The engine's clock: monotonic, so that setting the time of day neither ends nor prolongs an SA. */
export function now(): Instant {
  return instant(Math.floor(performance.now()));
}
