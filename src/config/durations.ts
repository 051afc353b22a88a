import { type Duration, milliseconds } from '../base/instant.ts';
import { type Reading, read, refuse } from './reading.ts';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

/** `250ms`, `30s`, `5m`, `8h`, `1d`, or a number of seconds. */
export function parseDuration(value: string | number): Reading<Duration> {
  const inMilliseconds = typeof value === 'number' ? Math.round(value * 1000) : fromText(value);
  if (inMilliseconds === undefined || !Number.isSafeInteger(inMilliseconds) || inMilliseconds < 0) {
    const written = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return refuse(
      'INVALID_DURATION',
      `${written} is no duration`,
      'write a whole number and a unit, like 250ms, 30s, 5m, 8h or 1d',
    );
  }
  return read(milliseconds(inMilliseconds));
}

/** The shortest text that `parseDuration` reads back. */
export function durationText(duration: Duration): string {
  const units: readonly Unit[] = ['d', 'h', 'm', 's'];
  const unit = duration === 0 ? 's' : (units.find((candidate) => duration % UNITS[candidate] === 0) ?? 'ms');
  return `${duration / UNITS[unit]}${unit}`;
}

function fromText(text: string): number | undefined {
  const match = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text.trim());
  return match?.[1] === undefined ? undefined : Number(match[1]) * UNITS[match[2] as Unit];
}
