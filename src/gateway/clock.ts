import { uptime } from 'node:os';
import { type Instant, instant } from '../base/instant.ts';
import type { Clocks } from './wakefulness.ts';

/** How long the machine has slept, as far as anybody has looked. The lives of SAs went on at the peer meanwhile. */
let sleptMs = 0;

/** The engine's clock: monotonic, so that setting the time of day neither ends nor prolongs an SA. It counts what the machine slept. */
export function now(): Instant {
  return instant(Math.floor(performance.now() + sleptMs));
}

export function addSleep(ms: number): void {
  sleptMs += ms;
}

export const clocks = (): Clocks => ({ awakeMs: performance.now(), sinceBootMs: uptime() * 1000 });

/** The time of the calendar in seconds since 1970: certificates and revocation lists go by it. */
export const calendar = (): number => Math.floor(Date.now() / 1000);
