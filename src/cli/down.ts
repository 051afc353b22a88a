import { ControlClient } from '../client/control-client.ts';
import { reportingErrors } from './report-error.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** `sallyport down NAME`: takes a connection down and keeps it so. */
export function down(
  connection: string,
  options: { readonly socket: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  return reportingErrors(terminal, async () => {
    await new ControlClient(options.socket, terminal.interrupted).down(connection);
    terminal.out(`${connection} is down`);
  });
}
