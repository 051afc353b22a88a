import { prefixLength } from '../base/selector.ts';
import type { Report } from './assemble.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';

/** Users of XAUTH, and what Mode Config tells. */
export function checkRemoteAccess({ credentials, connections }: GatewayConfig, report: Report): void {
  const names = credentials.users.map(({ name }) => name);
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) === i) continue;
    const message = `another user has the name ${JSON.stringify(name)} already`;
    report(['credentials', 'users', i, 'name'], {
      code: 'DUPLICATE_NAME',
      message,
      hint: 'give each a name of its own',
    });
  }
  for (const [i, connection] of connections.entries()) {
    const path = ['connections', i];
    checkUsers(connection, names, path, report);
    checkPrefixes(connection, path, report);
  }
}

function checkPrefixes({ modeConfig }: ConnectionConfig, path: ConfigPath, report: Report): void {
  for (const key of ['splitInclude', 'localLan'] as const) {
    for (const [i, network] of (modeConfig?.gives?.[key] ?? []).entries()) {
      if (prefixLength(network) !== undefined) continue;
      const message = `${network.first}-${network.last} is no prefix, and nothing else can be told`;
      report([...path, 'modeConfig', key, i], { code: 'INVALID_NETWORK', message, hint: 'write prefixes' });
    }
  }
}

function checkUsers(
  { local, remote }: ConnectionConfig,
  names: readonly string[],
  path: ConfigPath,
  report: Report,
): void {
  if (local.user !== undefined && remote.users !== undefined) {
    const message = 'we are asked for our user already, and XAUTH asks one side only';
    report([...path, 'remote', 'users'], { code: 'INVALID_VALUE', message, hint: 'keep local.user or remote.users' });
  }
  if (local.user !== undefined && !names.includes(local.user)) {
    const message = `credentials.users has no password for ${JSON.stringify(local.user)}`;
    report([...path, 'local', 'user'], { code: 'USER_NOT_FOUND', message, hint: 'add { name, secret } there' });
  }
  for (const [i, name] of (remote.users === 'any' ? [] : (remote.users ?? [])).entries()) {
    if (names.includes(name)) continue;
    const message = `${JSON.stringify(name)} is not among credentials.users, so only a program that checks users itself can let it in`;
    report([...path, 'remote', 'users', i], { code: 'UNKNOWN_USER', message });
  }
}
