import { ControlClient } from '../client/control-client.ts';
import { reportingErrors } from './report-error.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** `sallyport rekey NAME`: successors of its SAs of one phase, now; ends when they stand, or with why they do not. */
export function rekey(
  connection: string,
  options: { readonly socket: string; readonly phase: 1 | 2 },
  terminal: Terminal,
): Promise<ExitStatus> {
  return reportingErrors(terminal, async () => {
    await new ControlClient(options.socket, terminal.interrupted).rekey(connection, options.phase);
    terminal.out(`${connection}: phase ${options.phase} is renewed`);
  });
}
