import { type ErrorDetails, IkeError } from '../base/errors.ts';
import { ControlError } from '../client/control-client.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

/** Runs what a command is for; says why where it did not work. A defect of ours is not caught here. */
export async function reportingErrors(terminal: Terminal, work: () => Promise<void>): Promise<ExitStatus> {
  try {
    await work();
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ControlError) && !IkeError.is(error)) throw error;
    tellError(error, terminal);
    return EXIT.failed;
  }
}

/** The lines of an error that is about several things. */
export const issuesOf = ({ issues }: ErrorDetails): string[] => (Array.isArray(issues) ? issues.map(String) : []);

/** What went wrong, what to do about it, and the single things that are wrong where it is about several. */
function tellError(error: ControlError | IkeError, terminal: Terminal): void {
  for (const line of IkeError.is(error) ? issuesOf(error.details) : error.issues) terminal.err(line);
  terminal.err(error.message);
  if (error.advice !== undefined) terminal.err(`    ${error.advice}`);
}
