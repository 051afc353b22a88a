/** A moment of the calendar. What is valid when is not a matter of the monotonic clock, so pki is told the time. */
export interface WallTime {
  /** Seconds since 1970, UTC. */
  readonly seconds: number;
  /** `2026-03-01T12:00:00Z` */
  readonly text: string;
}

export const wallTime = (date: { valueOf(): number; toISOString(): string }): WallTime => ({
  seconds: Math.floor(date.valueOf() / 1000),
  text: date.toISOString().replace(/\.\d+Z$/, 'Z'),
});
