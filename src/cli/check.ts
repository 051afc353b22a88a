import { type ConfigIssue, pathText } from '../config/config-error.ts';
import type { GatewayConfig } from '../config/config.ts';
import { explainConnection } from '../config/explain.ts';
import { loadConfig } from './load-config.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

/** `sallyport check FILE`: everything that is to be said about a configuration, and what it will do. */
export function check(file: string, options: { readonly json: boolean }, terminal: Terminal): ExitStatus {
  const loaded = loadConfig(file, terminal);
  if ('unreadable' in loaded) {
    terminal.err(loaded.unreadable);
    return EXIT.usage;
  }
  const { config, errors, warnings } = loaded;
  const status = config === undefined ? EXIT.usage : EXIT.done;
  if (options.json) {
    terminal.out(JSON.stringify({ errors, warnings }, undefined, 2));
    return status;
  }
  for (const issue of [...errors, ...warnings]) for (const line of issueLines(file, issue)) terminal.err(line);
  if (config !== undefined) for (const line of summary(file, config)) terminal.out(line);
  else terminal.err(`${file}: ${count(errors.length, 'error')}, ${count(warnings.length, 'warning')}`);
  return status;
}

/** `file:line:column: error: message (CODE)`, as editors understand it, with the path and the hint below. */
export function issueLines(file: string, issue: ConfigIssue): string[] {
  const place = issue.line === undefined ? file : `${file}:${issue.line}:${issue.column ?? 1}`;
  const head = `${place}: ${issue.severity}: ${pathText(issue.path)}: ${issue.message} (${issue.code})`;
  return issue.hint === undefined ? [head] : [head, `    ${issue.hint}`];
}

function summary(file: string, config: GatewayConfig): string[] {
  const tunnels = config.connections.reduce((sum, connection) => sum + connection.tunnels.length, 0);
  const parts = `${count(config.connections.length, 'connection')}, ${count(tunnels, 'tunnel')}`;
  return [
    `${file}: good: gateway ${config.gateway.name}, ${parts}`,
    ...config.connections.flatMap((connection) => explainConnection(connection, config)),
  ];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
