import type { IpAddress } from '../base/address.ts';
import { ID_TYPE, type Identity } from '../base/identity.ts';
import { utf8Bytes } from '../base/bytes.ts';
import type { Duration } from '../base/instant.ts';
import { isOwnInterface } from '../base/local-address.ts';
import { isPlace } from '../base/remote-address.ts';
import type { Lifetime } from '../ike/negotiate/policy.ts';
import { certificateCredentials, filesOf } from './certificate-files.ts';
import type { ConnectionConfig, GatewayConfig, PskConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import { dpdConfig } from './dead-peers.ts';
import { placeIdentity } from './place-identity.ts';
import type { Refusal } from './reading.ts';
import { modeConfigOf, tunnelConfig, userConfigs } from './remote-access.ts';
import type { ConfigFile } from './schema.ts';
import { ownSecret, type SecretSources } from './secrets.ts';

/** Takes down what is to be said about a place; `key` means the key there and not its value. */
export type Report = (path: ConfigPath, refusal: Refusal, key?: boolean) => void;

type ConnectionFile = ConfigFile['connections'][number];

/** The file with the defaults that depend on something else, and with its secrets. What is reported makes the result unusable. */
export function assemble(file: ConfigFile, sources: SecretSources, report: Report): GatewayConfig {
  const listen = [...new Set(file.gateway.listen)];
  return {
    ...file,
    gateway: { ...file.gateway, listen },
    credentials: {
      ...certificateCredentials(file.credentials, sources, report),
      users: userConfigs(file.credentials.users, sources, report),
      psks: file.credentials.psks.map((entry, i) => pskConfig(entry, ['credentials', 'psks', i], sources, report)),
    },
    connections: file.connections.map((connection, i) =>
      connectionConfig(connection, ['connections', i], listen, sources, report),
    ),
  };
}

function pskConfig(
  { peers, secret }: ConfigFile['credentials']['psks'][number],
  path: ConfigPath,
  sources: SecretSources,
  report: Report,
): PskConfig {
  return { peers, secret: ownSecret(secret, [...path, 'secret'], sources, report) };
}

function connectionConfig(
  file: ConnectionFile,
  path: ConfigPath,
  listen: readonly IpAddress[],
  sources: SecretSources,
  report: Report,
): ConnectionConfig {
  const [only, another] = listen;
  const address = file.local.address ?? (only !== undefined && another === undefined ? only : 'auto');
  const { remote } = file;
  const modeConfig = modeConfigOf(file, path, report);
  const known = isOwnInterface(address) ? 'auto' : address;
  const situation = { modeConfig, addresses: { local: known, remote: remote.address } };
  return {
    ...file,
    local: { ...file.local, address, id: localIdentity(file, address, path, report) },
    remote: {
      ...remoteFile(file, path, sources, report),
      id: remote.id ?? (remote.address === 'any' ? 'any' : placeIdentity(remote.address)),
    },
    onPeerDelete: file.onPeerDelete ?? (file.startup === 'initiate' && isPlace(remote.address) ? 'restart' : 'hold'),
    phase1: { ...file.phase1, lifetime: { duration: file.phase1.lifetime } },
    phase2: { ...file.phase2, lifetime: phase2Lifetime(file.phase2.lifetime) },
    modeConfig,
    dpd: dpdConfig(file.dpd, path, report),
    tunnels: file.tunnels.map((tunnel, i) => tunnelConfig(tunnel, situation, [...path, 'tunnels', i], report)),
  };
}

function remoteFile(
  { remote }: ConnectionFile,
  path: ConfigPath,
  sources: SecretSources,
  report: Report,
): Omit<ConnectionConfig['remote'], 'id'> {
  const { certificate, authorities: named, ...rest } = remote;
  const read = (names: readonly string[], key: string) => filesOf(names, [...path, 'remote', key], sources, report);
  const [file] = read(certificate === undefined ? [] : [certificate], 'certificate');
  return {
    ...rest,
    ...(file === undefined ? {} : { certificate: file }),
    ...(named === undefined ? {} : { authorities: read(named, 'authorities') }),
  };
}

function phase2Lifetime(lifetime: ConnectionFile['phase2']['lifetime']): Lifetime {
  if (typeof lifetime === 'number') return { duration: lifetime };
  const duration: Duration = lifetime.time;
  return lifetime.kilobytes === undefined ? { duration } : { duration, kilobytes: lifetime.kilobytes };
}

function localIdentity(
  file: ConnectionFile,
  address: ConnectionConfig['local']['address'],
  path: ConfigPath,
  report: Report,
): Identity {
  const { id } = file.local;
  if (id === 'any')
    report([...path, 'local', 'id'], {
      code: 'INVALID_IDENTITY',
      message: 'we must say who we are',
      hint: 'give an address or a name; %any is for the remote side',
    });
  else if (id !== undefined) return id;
  else if (address !== 'auto' && !isOwnInterface(address)) return placeIdentity(address);
  else {
    const hint = 'give local.id, or local.address, or exactly one address in gateway.listen';
    report(
      [...path, 'local'],
      {
        code: 'IDENTITY_NEEDED',
        message: 'the local identity cannot be told, because the local address is not known yet',
        hint,
      },
      true,
    );
  }
  // Stands in for what is not known, so that the other checks can go on; it is never used.
  return { idType: ID_TYPE.FQDN, data: utf8Bytes(file.name) };
}
