import { assemble, type Report } from './assemble.ts';
import { checkAlgorithms } from './check-algorithms.ts';
import { checkRemoteAccess } from './check-remote-access.ts';
import { checkKeysTried } from './check-keys-tried.ts';
import { checkPsks } from './check-psks.ts';
import { checkGateway } from './checks.ts';
import { selectorText } from '../base/selector.ts';
import type { GatewayConfig } from './config.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { objectDocument, type SourceDocument, yamlDocument } from './document.ts';
import { knownKeys } from './known-keys.ts';
import { type Remainder, withoutFaults } from './recover.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import type { SecretSources } from './secrets.ts';
import { issueAt, translate } from './translate.ts';

export interface CheckedConfig {
  /** Absent where there are errors. */
  readonly config?: GatewayConfig;
  readonly errors: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

/**
 * A configuration that can be used, from YAML or from an object of the same shape. Throws `ConfigError` with everything that
 * is wrong with it. Secrets are read only through `sources`.
 */
export function parseConfig(input: string | object, sources: SecretSources = {}): GatewayConfig {
  const { config, errors } = checkConfig(input, sources);
  if (config === undefined) throw new ConfigError(errors);
  return config;
}

/** As `parseConfig`, but tells instead of throwing, and tells warnings too. */
export function checkConfig(input: string | object, sources: SecretSources = {}): CheckedConfig {
  const document = typeof input === 'string' ? yamlDocument(input) : objectDocument(input);
  if (document.issues.length > 0) return { errors: document.issues, warnings: [] };
  if (document.data === null || document.data === undefined) {
    return {
      errors: [{ severity: 'error', code: 'YAML_SYNTAX', path: [], message: 'the configuration is empty' }],
      warnings: [],
    };
  }
  return checkDocument(document, sources);
}

function checkDocument(document: SourceDocument, sources: SecretSources): CheckedConfig {
  const whole = configSchema().safeParse(document.data);
  const faults = whole.success ? [] : whole.error.issues;
  const issues = faults.flatMap((fault) => translate(fault, document, knownKeys));
  const rest = withoutFaults(document.data, faults);
  const file = whole.success ? whole.data : configSchema().safeParse(rest.data).data;
  const config =
    file === undefined
      ? undefined
      : checkFile(file, rest, sources, (path, refusal, key) => issues.push(issueAt(document, path, refusal, key)));
  const sorted = inOrder(issues);
  const errors = sorted.filter(({ severity }) => severity === 'error');
  const warnings = sorted.filter(({ severity }) => severity === 'warning');
  return { ...(errors.length === 0 && config !== undefined ? { config } : {}), errors, warnings };
}

function checkFile(file: ConfigFile, rest: Remainder, sources: SecretSources, push: Report): GatewayConfig {
  const unidentified = new Set<number | string | undefined>();
  const report: Report = (path, refusal, key) => {
    if (refusal.code === 'IDENTITY_NEEDED' || refusal.code === 'INVALID_IDENTITY') unidentified.add(path[1]);
    push(rest.original(path), refusal, key);
  };
  const config = assemble(file, sources, report);
  checkGateway(config, report);
  const connections = !rest.incomplete(['connections']);
  if (connections && config.connections.length === 0)
    report(['connections'], { code: 'NO_CONNECTIONS', message: 'there is no connection' }, true);
  checkKeysTried(config, report);
  checkPsks(
    config,
    {
      keys: !rest.incomplete(['credentials']),
      connections: connections && unidentified.size === 0,
      identity: (i) => !unidentified.has(i),
    },
    report,
  );
  checkAlgorithms(config, report);
  checkRemoteAccess(config, report);
  checkHostBits(file, report);
  return config;
}

function checkHostBits({ connections }: ConfigFile, report: Report): void {
  for (const [i, { tunnels }] of connections.entries()) {
    for (const [j, tunnel] of tunnels.entries()) {
      for (const side of ['local', 'remote'] as const) {
        const network = tunnel[side];
        if (network === 'assigned' || !network.hostBits) continue;
        report(['connections', i, 'tunnels', j, side], {
          code: 'HOST_BITS',
          message: `taken as ${selectorText(network.selector)}`,
          hint: 'write it so',
        });
      }
    }
  }
}

/** By their place in the text; without one, as they were found. */
function inOrder(issues: readonly ConfigIssue[]): ConfigIssue[] {
  return issues.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
