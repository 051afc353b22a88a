import { ControlClient } from '../client/control-client.ts';
import { reportingErrors } from './report-error.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** `sallyport up NAME`: brings a connection up, and says so or why not. */
export function up(connection: string, options: { readonly socket: string }, terminal: Terminal): Promise<ExitStatus> {
  return reportingErrors(terminal, async () => {
    await new ControlClient(options.socket, terminal.interrupted).up(connection);
    terminal.out(`${connection} is up`);
  });
}
