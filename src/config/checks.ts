import { isIpv6 } from '../base/address.ts';
import { isNamedHost, isPlace } from '../base/remote-address.ts';
import { prefixLength, selectorText } from '../base/selector.ts';
import { phase1SuiteText, phase2SuiteText } from '../crypto/suites.ts';
import type { Report } from './assemble.ts';
import { checkAuthentication } from './check-authentication.ts';
import { checkAddresses } from './check-addresses.ts';
import type { ConnectionConfig, GatewayConfig, TunnelConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import { checkDpd } from './dead-peers.ts';
import { durationText } from './durations.ts';
import { alikeOnTheWire, mixedPfs } from './proposals.ts';
import { hasCertificates } from './hybrid.ts';
import type { Refusal } from './reading.ts';

/** Everything that is wrong between the parts of a configuration, each of which is right by itself. */
export function checkGateway(config: GatewayConfig, report: Report): void {
  const { ike, natt } = config.gateway.ports;
  if (ike === natt && ike !== 0)
    report(['gateway', 'ports', 'natt'], { code: 'INVALID_VALUE', message: `${natt} is the port for IKE already` });
  checkDistinct(config.connections, ['connections'], 'connection', report);
  checkLimit(config, report);
  checkDuplicateNetworks(config.connections, report);
  for (const [i, connection] of config.connections.entries()) {
    const path = ['connections', i];
    checkAddresses(connection, config, path, report);
    checkAuthentication(connection, config, path, report);
    checkStartup(connection, path, report);
    checkAggressive(connection, path, report);
    checkPeerDelete(connection, path, report);
    checkPhase2(connection, path, report);
    checkSequenceNumbers(connection, config, path, report);
    checkDpd(connection, path, report);
    checkDynDns(connection, path, report);
    checkDevice(connection, config, path, report);
    checkKernel(connection, config, path, report);
    checkDistinct(connection.tunnels, [...path, 'tunnels'], 'tunnel', report);
    for (const [j, tunnel] of connection.tunnels.entries())
      checkNetworks(tunnel, config, [...path, 'tunnels', j], report);
  }
}

function checkDistinct(
  items: readonly { readonly name: string }[],
  path: ConfigPath,
  what: string,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const [i, { name }] of items.entries()) {
    if (seen.has(name))
      report([...path, i, 'name'], {
        code: 'DUPLICATE_NAME',
        message: `another ${what} has the name ${JSON.stringify(name)} already`,
        hint: 'give each a name of its own',
      });
    seen.add(name);
  }
}

function checkLimit({ gateway, connections }: GatewayConfig, report: Report): void {
  const { tunnels: limit } = gateway.limits;
  const places = connections.flatMap(({ tunnels }, i) => tunnels.map((_, j) => ['connections', i, 'tunnels', j]));
  const excess = places[limit];
  if (excess === undefined) return;
  const message = `tunnel ${limit + 1} of ${places.length}, but gateway.limits.tunnels is ${limit}`;
  report(excess, { code: 'LIMIT_REACHED', message, hint: 'remove tunnels or raise the limit' });
}

/** One policy guards a pair of networks, so two tunnels cannot share one, unless the peer says what each of them carries. */
function checkDuplicateNetworks(connections: readonly ConnectionConfig[], report: Report): void {
  const all = connections.flatMap((connection, i) =>
    connection.tunnels.map((tunnel, j) => ({ tunnel, connection, path: ['connections', i, 'tunnels', j] })),
  );
  const carriers = new Map<string, (typeof all)[number]>();
  for (const one of all) {
    const networks = `${selectorText(one.tunnel.local)} and ${selectorText(one.tunnel.remote)}`;
    const same = carriers.get(networks);
    if (same === undefined) carriers.set(networks, one);
    else if (same.connection.modeConfig?.unity !== true)
      report(one.path, {
        code: 'DUPLICATE_NETWORKS',
        message: `tunnel ${same.tunnel.name} of connection ${same.connection.name} carries ${networks} already`,
      });
  }
}

function checkStartup({ startup, remote }: ConnectionConfig, path: ConfigPath, report: Report): void {
  if (isPlace(remote.address) || startup === 'wait') return;
  const hint = 'give remote.address as an address or a host name, or write startup: wait';
  if (startup === 'initiate') {
    report([...path, 'remote', 'address'], {
      code: 'PEER_ADDRESS_UNKNOWN',
      message: 'cannot initiate connection without knowing peer IP address',
      hint,
    });
  } else {
    report([...path, 'startup'], {
      code: 'CANNOT_INITIATE',
      message: 'traffic cannot bring this connection up, because its peer has no address: it will wait',
      hint,
    });
  }
}

const AGGRESSIVE_PSK: Refusal = {
  code: 'AGGRESSIVE_PSK',
  message:
    'in Aggressive Mode HASH_R goes to whoever asks for it, in clear, and is enough to try pre-shared keys offline (CVE-2002-1623)',
  hint: 'write exchange: main where the peer can; else take a long random key: openssl rand -base64 33',
};
const AGGRESSIVE_CERTIFICATE: Refusal = {
  code: 'AGGRESSIVE_CERTIFICATE',
  message:
    'in Aggressive Mode identities and certificates go in clear, and whoever sends a first message gets a signature and a large answer for it',
  hint: 'write exchange: main where the peer can',
};

function checkAggressive(connection: ConnectionConfig, path: ConfigPath, report: Report): void {
  const { phase1 } = connection;
  if (phase1.exchange === 'main') return;
  report([...path, 'phase1', 'exchange'], hasCertificates(connection) ? AGGRESSIVE_CERTIFICATE : AGGRESSIVE_PSK);
  const [first] = phase1.proposals;
  const other = phase1.proposals.find(({ group }) => group !== first?.group);
  if (first === undefined || other === undefined) return;
  report([...path, 'phase1', 'proposals'], {
    code: 'MIXED_GROUPS',
    message: `${phase1SuiteText(first)} and ${phase1SuiteText(other)} differ in their group`,
    hint: 'give all of them the same: the first message of Aggressive Mode has the key exchange already (RFC 2409 §5)',
  });
}

function checkPeerDelete({ onPeerDelete, remote }: ConnectionConfig, path: ConfigPath, report: Report): void {
  if (isPlace(remote.address) || onPeerDelete !== 'restart') return;
  report([...path, 'onPeerDelete'], {
    code: 'CANNOT_INITIATE',
    message: 'nothing follows a Delete of this peer, because it has no address: it will wait',
    hint: 'give remote.address as an address or a host name, or write onPeerDelete: hold',
  });
}

function checkPhase2({ phase1, phase2 }: ConnectionConfig, path: ConfigPath, report: Report): void {
  const mixed = mixedPfs(phase2.proposals);
  if (mixed !== undefined) {
    const [a, b] = mixed.map(phase2SuiteText);
    const hint = 'give all of them the same group, or none: one Quick Mode has one key exchange (RFC 2409 §5.5)';
    report([...path, 'phase2', 'proposals'], {
      code: 'MIXED_PFS',
      message: `${a} and ${b} differ in their group`,
      hint,
    });
  }
  const alike = alikeOnTheWire(phase2.proposals);
  if (alike !== undefined) {
    const [a, b] = alike.map(phase2SuiteText);
    report([...path, 'phase2', 'proposals'], {
      code: 'SAME_ON_THE_WIRE',
      message: `${a} and ${b} look the same to the peer`,
      hint: 'keep the one that the peer means',
    });
  }
  for (const [name, { lifetime }] of Object.entries({ phase1, phase2 })) {
    if (lifetime.duration >= 60_000) continue;
    report([...path, name, 'lifetime'], {
      code: 'SHORT_LIFETIME',
      message: `${durationText(lifetime.duration)} is so short that the peers negotiate nearly all the time`,
    });
  }
}

/** RFC 4303 §3.3.3: the window is what tells the half of a sequence number that is not sent. */
function checkSequenceNumbers(
  { phase2 }: ConnectionConfig,
  { esp }: GatewayConfig,
  path: ConfigPath,
  report: Report,
): void {
  const extended = phase2.proposals.findIndex(({ esn }) => esn === true);
  if (esp.replayWindow > 0 || extended < 0) return;
  report([...path, 'phase2', 'proposals', extended], {
    code: 'ESN_NEEDS_WINDOW',
    message: 'extended sequence numbers need a replay window, and esp.replayWindow is 0',
    hint: 'leave esn out, or set a window',
  });
}

function checkDynDns({ remote, dynDns }: ConnectionConfig, path: ConfigPath, report: Report): void {
  if (!isNamedHost(remote.address) || dynDns.monitor) return;
  const message = `when ${remote.address.host} gets another address, nothing notices before the connection is down`;
  report([...path, 'dynDns', 'monitor'], { code: 'NAME_NOT_MONITORED', message, hint: 'write monitor: true' });
}

/** IP protocol 50 needs a socket of the system's, which is what the memory device does without. */
function checkDevice({ natt }: ConnectionConfig, { esp }: GatewayConfig, path: ConfigPath, report: Report): void {
  if (esp.device !== 'memory' || natt.mode === 'force') return;
  const message = `natt.mode is ${natt.mode}, but esp.device memory carries ESP in UDP only`;
  report([...path, 'natt', 'mode'], { code: 'DEVICE_NEEDS_UDP', message, hint: 'write natt: { mode: force }' });
}

function checkKernel({ kernel }: ConnectionConfig, { esp }: GatewayConfig, path: ConfigPath, report: Report): void {
  if (kernel === undefined || esp.backend === 'kernel') return;
  const message = 'what stands under it is done by ESP in the kernel alone';
  report([...path, 'kernel'], {
    code: 'NEEDS_KERNEL',
    message,
    hint: 'write esp: { backend: kernel }, or leave it out',
  });
}

function checkNetworks(tunnel: TunnelConfig, { esp }: GatewayConfig, path: ConfigPath, report: Report): void {
  const { local, remote, mode, assigned } = tunnel;
  if (isIpv6(local.first) !== isIpv6(remote.first)) {
    report([...path, 'remote'], {
      code: 'NETWORK_MISMATCH',
      message: `${selectorText(remote)} and ${selectorText(local)} are not of one IP version`,
    });
  } else if (
    mode === 'tunnel' &&
    assigned === undefined &&
    local.first === remote.first &&
    local.last === remote.last
  ) {
    const hint = 'one side must have other addresses, by its own choice or by 1:1 NAT';
    report([...path, 'remote'], {
      code: 'SAME_NETWORK',
      message: `the local and the remote network are both ${selectorText(remote)}`,
      hint,
    });
  }
  if (mode === 'tunnel') return;
  checkTransport({ local, remote }, esp.backend, path, report);
}

function checkTransport(
  sides: Pick<TunnelConfig, 'local' | 'remote'>,
  backend: GatewayConfig['esp']['backend'],
  path: ConfigPath,
  report: Report,
): void {
  if (backend !== 'kernel')
    report([...path, 'mode'], {
      code: 'NEEDS_KERNEL',
      message: 'ESP in user space does not carry transport mode',
      hint: 'write esp: { backend: kernel }, or mode: tunnel',
    });
  for (const [side, selector] of Object.entries(sides)) {
    // Of a side whose address is not known yet, all of its IP version.
    if (selector.first === selector.last || prefixLength(selector) === 0) continue;
    report([...path, side], {
      code: 'NETWORK_MISMATCH',
      message: `transport mode is between two hosts, and ${selectorText(selector)} is a network`,
      hint: 'write mode: tunnel, or host',
    });
  }
}
