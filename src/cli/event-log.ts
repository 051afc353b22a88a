import { EVENT_LEVELS } from '../ike/events.ts';
import { OWN_EVENT_LEVELS } from '../gateway/events.ts';
import { eventLine } from './event-line.ts';
import type { Terminal } from './terminal.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

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
  const least = LOG_LEVELS.indexOf(level);
  return (event) => {
    const its = levelOf(event.name);
    if (LOG_LEVELS.indexOf(its) >= least) write(event, its);
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

function levelOf(name: string): LogLevel {
  const levels: Readonly<Record<string, LogLevel>> = { ...EVENT_LEVELS, ...OWN_EVENT_LEVELS };
  return levels[name] ?? 'info';
}
