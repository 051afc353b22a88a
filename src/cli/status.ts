import { ControlClient } from '../client/control-client.ts';
import { reportingErrors } from './report-error.ts';
import { statusLines } from './status-lines.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** `sallyport status`: what is up, what is not, since when, and why; with `json`, everything that the gateway tells. */
export function status(
  options: { readonly socket: string; readonly json: boolean },
  terminal: Terminal,
): Promise<ExitStatus> {
  return reportingErrors(terminal, async () => {
    const told = await new ControlClient(options.socket, terminal.interrupted).status();
    if (options.json) terminal.out(JSON.stringify(told, undefined, 2));
    else for (const line of statusLines(told)) terminal.out(line);
  });
}
