import { identityText } from '../base/identity.ts';
import { isOwnInterface } from '../base/local-address.ts';
import { isNamedHost, isPlace, isRange } from '../base/remote-address.ts';
import { rangeText, selectorText } from '../base/selector.ts';
import { phase1SuiteText, phase2SuiteText } from '../crypto/suites.ts';
import type { Lifetime } from '../ike/negotiate/policy.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';
import { dpdText } from './dead-peers.ts';
import { durationText } from './durations.ts';
import { isHybrid } from './hybrid.ts';
import { fittingKeys } from './psk.ts';

/** What a connection will do, in lines for people: the first names it, the others are indented. */
export function explainConnection(connection: ConnectionConfig, config: Pick<GatewayConfig, 'credentials'>): string[] {
  const { name, phase1, phase2, natt, tunnels } = connection;
  const [first] = phase2.proposals;
  const pfs =
    first?.group === undefined ? 'without perfect forward secrecy' : `perfect forward secrecy with ${first.group}`;
  return [
    `${name}: ${startText(connection)}`,
    `  we are ${identityText(connection.local.id)}, the peer is ${connection.remote.id === 'any' ? 'anybody who has the key' : identityText(connection.remote.id)}`,
    `  key: ${keysText(connection, config)}`,
    `  phase 1: ${phase1.exchange} mode, ${phase1.proposals.map(phase1SuiteText).join(' or ')}, for ${lifetimeText(phase1.lifetime)}`,
    `  phase 2: ${phase2.proposals.map(phase2SuiteText).join(' or ')}, ${pfs}, for ${lifetimeText(phase2.lifetime)}`,
    `  NAT traversal: ${NATT[natt.mode]}, keepalive after ${durationText(natt.keepalive)}`,
    `  dead peer: ${dpdText(connection)}`,
    ...tunnels.map(
      (tunnel) => `  ${tunnel.mode} ${tunnel.name}: ${selectorText(tunnel.local)} <-> ${selectorText(tunnel.remote)}`,
    ),
  ];
}

const NATT = {
  auto: 'ESP in UDP where a NAT is seen',
  force: 'ESP in UDP always',
  off: 'never',
} as const satisfies Record<ConnectionConfig['natt']['mode'], string>;

function startText({ startup, local, remote }: ConnectionConfig): string {
  const { address } = local;
  const from = address === 'auto' ? 'any local address' : isOwnInterface(address) ? address.interface : address;
  const to =
    remote.address === 'any'
      ? 'a peer from anywhere'
      : isRange(remote.address)
        ? `a peer from ${rangeText(remote.address)}`
        : isNamedHost(remote.address)
          ? `${remote.address.host} (resolved when needed)`
          : remote.address;
  const verb =
    startup === 'initiate'
      ? 'initiates'
      : startup === 'wait' || !isPlace(remote.address)
        ? 'waits'
        : 'initiates when there is traffic';
  return verb === 'waits' ? `waits at ${from} for ${to}` : `${verb}, from ${from} to ${to}`;
}

function keysText(connection: ConnectionConfig, { credentials }: Pick<GatewayConfig, 'credentials'>): string {
  if (isHybrid(connection))
    return connection.local.auth === 'xauth'
      ? 'our password, and a certificate of the peer'
      : 'our certificate, and passwords';
  if (connection.local.auth === 'certificate') return 'certificates on both sides';
  return fittingKeys(credentials.psks, connection)
    .map(({ at }) => `credentials.psks[${at}]`)
    .join(', ');
}

function lifetimeText({ duration, kilobytes }: Lifetime): string {
  return kilobytes === undefined ? durationText(duration) : `${durationText(duration)} or ${kilobytes} kilobytes`;
}
