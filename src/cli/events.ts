import { ControlClient } from './control-client.ts';
import { eventLine } from './event-line.ts';
import { reportingErrors } from './report-error.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** `sallyport events`: what happens, a line each, until Ctrl-C; with `json`, as lines of JSON. */
export function events(
  options: { readonly socket: string; readonly json: boolean },
  terminal: Terminal,
): Promise<ExitStatus> {
  const show = (event: unknown): void => terminal.out(options.json ? JSON.stringify(event) : eventLine(event));
  return reportingErrors(terminal, () => new ControlClient(options.socket, terminal.interrupted).follow(show));
}
