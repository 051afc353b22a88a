import { IkeError } from '../base/errors.ts';
import { ControlError } from './control-client.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

/** Runs what a command is for; says why where it did not work. A defect of ours is not caught here. */
export async function reportingErrors(terminal: Terminal, work: () => Promise<void>): Promise<ExitStatus> {
  try {
    await work();
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ControlError) && !IkeError.is(error)) throw error;
    terminal.err(error.message);
    if (error.advice !== undefined) terminal.err(`    ${error.advice}`);
    return EXIT.failed;
  }
}
