import { startControlServer } from '../status/control-server.ts';
import { eventLevel } from '../gateway/events.ts';
import type { ReloadSummary } from '../gateway/reload.ts';
import { VERSION } from '../gateway/version.ts';
import { issueLines } from './check.ts';
import { eventLog, type LogOptions } from './event-log.ts';
import { loadConfig } from './load-config.ts';
import { reloadFile } from './reload-file.ts';
import { reportingErrors } from './report-error.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

export interface RunOptions extends LogOptions {
  /** Where the keys of ISAKMP SAs are written for `decode --keys` and Wireshark. */
  readonly unsafeKeyLog?: string | undefined;
}

/** `sallyport run FILE`: a gateway with its control socket, until Ctrl-C or SIGTERM; SIGHUP reads the file anew. */
export async function run(file: string, options: RunOptions, terminal: Terminal): Promise<ExitStatus> {
  const loaded = loadConfig(file, terminal);
  if ('unreadable' in loaded) {
    terminal.err(loaded.unreadable);
    return EXIT.usage;
  }
  for (const issue of [...loaded.errors, ...loaded.warnings])
    for (const line of issueLines(file, issue)) terminal.err(line);
  const { config } = loaded;
  if (config === undefined) return EXIT.usage;
  const { Gateway } = await import('../gateway/gateway.ts');
  const unsafeKeyLog = keyLogTo(options.unsafeKeyLog, terminal);
  const gateway = new Gateway(config, unsafeKeyLog === undefined ? {} : { unsafeKeyLog });
  gateway.subscribe(await eventLog(options, terminal));
  return reportingErrors(terminal, async () => {
    await gateway.start();
    try {
      const { socket: socketPath, mode } = config.control;
      const reload = (): Promise<ReloadSummary> => reloadFile(gateway, file, terminal);
      const control = await startControlServer({
        ...{ socketPath, mode, gateway, reload },
        ...{ version: VERSION, eventLevel, every },
      });
      terminal.onHangup(() => void toldReload(reload, terminal));
      terminal.out(`gateway ${config.gateway.name} is running, control socket ${socketPath}`);
      await interruption(terminal.interrupted);
      await control.close();
    } finally {
      await gateway.stop();
    }
  });
}

/** Nobody waits for an answer to a signal: what changed is in the log, and why nothing did is told here. It never ends the gateway. */
async function toldReload(reload: () => Promise<unknown>, terminal: Terminal): Promise<void> {
  try {
    await reportingErrors(terminal, async () => void (await reload()));
  } catch (error) {
    terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** Told each time that a gateway starts so: an option in a unit file is easily forgotten. */
function keyLogTo(path: string | undefined, terminal: Terminal): ((line: string) => void) | undefined {
  if (path === undefined) return undefined;
  terminal.err(`--unsafe-key-log: whoever reads ${path} can read everything that this gateway and its peers negotiate`);
  return (line) => {
    try {
      terminal.appendFile(path, `${line}\n`);
    } catch (error) {
      terminal.err(`--unsafe-key-log: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

function interruption(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function every(milliseconds: number, act: () => void): () => void {
  const timer = setInterval(act, milliseconds);
  return () => clearInterval(timer);
}
