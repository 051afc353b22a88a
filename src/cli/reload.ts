import type { ReloadSummary } from '../gateway/reload.ts';
import { ControlClient, ControlError } from '../client/control-client.ts';
import { reportingErrors } from './report-error.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

/** `sallyport reload`: makes the gateway read its file anew, and says what that changed, or what is wrong with the file. */
export async function reload(options: { readonly socket: string }, terminal: Terminal): Promise<ExitStatus> {
  let unusable = false;
  const status = await reportingErrors(terminal, async () => {
    try {
      for (const line of summaryLines(await new ControlClient(options.socket, terminal.interrupted).reload()))
        terminal.out(line);
    } catch (error) {
      unusable = error instanceof ControlError && error.code === 'CONFIG_REFUSED';
      throw error;
    }
  });
  return unusable ? EXIT.usage : status;
}

function summaryLines(summary: ReloadSummary): string[] {
  const kinds = ['unchanged', 'changed', 'added', 'removed'] as const;
  const lines = kinds.flatMap((kind) => (summary[kind].length === 0 ? [] : [`${kind}: ${summary[kind].join(', ')}`]));
  return lines.length === 0 ? ['no connections'] : lines;
}
