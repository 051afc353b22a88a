import type { EventFilter } from '../status/event-filter.ts';
import type { Level } from '../status/kept-event.ts';
import { ControlClient } from '../client/control-client.ts';
import { eventLine } from './event-line.ts';
import { reportingErrors } from './report-error.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

export interface EventsOptions {
  readonly socket: string;
  readonly json: boolean;
  /** The least level. */
  readonly level: Level;
  readonly connection?: string;
  /** Names, `dpd.*` for all that begin so; none means all. */
  readonly name: readonly string[];
  /** So many of the last come first. */
  readonly last: number;
}

/** `sallyport events`: what happens, a line each, until Ctrl-C; with `json`, as lines of JSON. */
export function events(
  { socket, json, level, connection, name, last }: EventsOptions,
  terminal: Terminal,
): Promise<ExitStatus> {
  const show = (event: unknown): void => terminal.out(json ? JSON.stringify(event) : eventLine(event));
  const filter: EventFilter = {
    level,
    ...(connection !== undefined && { connection }),
    ...(name.length > 0 && { names: name }),
  };
  return reportingErrors(terminal, async () => {
    const client = new ControlClient(socket, terminal.interrupted);
    if (last > 0) for (const { event } of await client.history(filter, last)) show(event);
    await client.follow(show, { filter });
  });
}
