import { IkeError } from '../base/errors.ts';
import { ConfigError, type ConfigIssue } from '../config/config-error.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { ReloadSummary } from '../gateway/reload.ts';
import { issueLines } from './check.ts';
import { loadConfig } from './load-config.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads the file of a gateway that runs anew.
 *
 * @throws IkeError CONFIG_REFUSED with `issues`, lines as `check` writes them, where the gateway goes on with what it had
 */
export async function reloadFile(gateway: Gateway, file: string, terminal: Terminal): Promise<ReloadSummary> {
  if (file === '-') throw new IkeError('INVALID_ARGUMENT', { what: 'standard input, which was read already' });
  const loaded = loadConfig(file, terminal);
  if ('unreadable' in loaded) throw refused(file, [loaded.unreadable]);
  if (loaded.config === undefined) throw refused(file, linesOf(file, loaded.errors));
  try {
    return await gateway.reload(loaded.config);
  } catch (error) {
    throw ConfigError.is(error) ? refused(file, linesOf(file, error.issues)) : error;
  }
}

const linesOf = (file: string, issues: readonly ConfigIssue[]): string[] =>
  issues.flatMap((issue) => issueLines(file, issue));

const refused = (file: string, issues: readonly string[]): IkeError => new IkeError('CONFIG_REFUSED', { file, issues });
