import { type KeptEvent, type Level, LEVELS } from './kept-event.ts';

/** Which events a reader wants; what is not said passes. */
export interface EventFilter {
  /** The least level; default `debug`. */
  readonly level?: Level;
  /** Only those of this connection. */
  readonly connection?: string;
  /** Names as in the table of events; `dpd.*` is all that begin with `dpd.`. */
  readonly names?: readonly string[];
}

export function passes({ level = 'debug', connection, names }: EventFilter, kept: KeptEvent): boolean {
  return (
    LEVELS.indexOf(kept.level) >= LEVELS.indexOf(level) &&
    (connection === undefined || connectionOf(kept.event) === connection) &&
    (names === undefined || names.some((pattern) => isNamed(kept.event.name, pattern)))
  );
}

const isNamed = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** An event says whom it concerns itself, or by its ISAKMP SA. */
function connectionOf(event: object): unknown {
  if ('connection' in event) return event.connection;
  const sa = 'sa' in event ? event.sa : undefined;
  return typeof sa === 'object' && sa !== null && 'connection' in sa ? sa.connection : undefined;
}
