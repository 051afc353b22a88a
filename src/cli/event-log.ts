import { eventLevel } from '../gateway/events.ts';
import { type Level as LogLevel, LEVELS } from '../status/kept-event.ts';
import { eventLine } from './event-line.ts';
import type { Terminal } from './terminal.ts';

export interface LogOptions {
  /** Events below it are left out. */
  readonly level: LogLevel;
  /** `text` is for people, `json` for programs: what pino writes. */
  readonly format: 'text' | 'json';
}

/** Writes events to standard error as they come. */
export async function eventLog(
  { level, format }: LogOptions,
  terminal: Terminal,
): Promise<(event: { readonly name: string }) => void> {
  const write = format === 'json' ? await jsonWriter(terminal) : (event: object) => terminal.err(eventLine(event));
  const least = LEVELS.indexOf(level);
  return (event) => {
    const its = eventLevel(event.name);
    if (LEVELS.indexOf(its) >= least) write(event, its);
  };
}

async function jsonWriter(terminal: Terminal): Promise<(event: object, level: LogLevel) => void> {
  const { pino } = await import('pino');
  // The gateway has put the time into the event already.
  const logger = pino(
    { level: 'debug', base: null, timestamp: false },
    { write: (line: string) => terminal.err(line.trimEnd()) },
  );
  return (event, level) => logger[level](event);
}
