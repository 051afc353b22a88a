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
    tellError(error, terminal);
    return EXIT.failed;
  }
}

/** What went wrong, what to do about it, and the single things that are wrong where it is about several. */
function tellError(error: ControlError | IkeError, terminal: Terminal): void {
  const issues: unknown = IkeError.is(error) ? error.details['issues'] : error.issues;
  for (const line of Array.isArray(issues) ? issues : []) terminal.err(String(line));
  terminal.err(error.message);
  if (error.advice !== undefined) terminal.err(`    ${error.advice}`);
}
