import { isIpv6, requireIpAddress } from '../base/address.ts';
import { type AddressRange, prefixRange, type TrafficSelector } from '../base/selector.ts';
import type { ModeConfigPolicy } from '../ike/negotiate/policy.ts';
import type { Report } from './assemble.ts';
import type { TunnelConfig, UserConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import { type GatewayAddresses, hostRange } from './host-network.ts';
import type { Refusal } from './reading.ts';
import type { ConfigFile } from './schema.ts';
import { ownSecret, type SecretSources } from './secrets.ts';

type ConnectionFile = ConfigFile['connections'][number];

/** Before an address is assigned, and where none ever is, it may be any. */
const anyAddress = (ipv6: boolean): TrafficSelector => ({
  ...prefixRange(requireIpAddress(ipv6 ? '::' : '0.0.0.0'), 0),
  protocol: 0,
  port: 0,
});

export function userConfigs(
  users: ConfigFile['credentials']['users'],
  sources: SecretSources,
  report: Report,
): readonly UserConfig[] {
  return users.map(({ name, secret }, i) => ({
    name,
    secret: ownSecret(secret, ['credentials', 'users', i, 'secret'], sources, report),
  }));
}

export function modeConfigOf(
  { modeConfig }: ConnectionFile,
  path: ConfigPath,
  report: Report,
): ModeConfigPolicy | undefined {
  if (modeConfig === undefined) return undefined;
  const { mode, pool: pools, netmask, dns, domain, banner, splitInclude, localLan, unity } = modeConfig;
  if (pools !== undefined) {
    checkPools(pools, [...path, 'modeConfig', 'pool'], report);
    if (unity) report([...path, 'modeConfig', 'unity'], UNITY_GIVEN);
    const ranges = (networks: typeof splitInclude) =>
      networks.map(({ selector: { first, last } }) => ({ first, last }));
    const networks = { splitInclude: ranges(splitInclude), localLan: ranges(localLan) };
    const texts = { ...(domain === undefined ? {} : { domain }), ...(banner === undefined ? {} : { banner }) };
    const mask = netmask === undefined ? {} : { netmask };
    return { mode, gives: { pools, ...mask, dns, ...texts, ...networks } };
  }
  const given = Object.entries({ netmask, dns, domain, banner, splitInclude, localLan });
  for (const [key, value] of given) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const message = 'without a pool we get our settings from the peer, and give none';
    report([...path, 'modeConfig', key], { code: 'INVALID_VALUE', message, hint: 'add modeConfig.pool, or remove it' });
  }
  return unity ? { mode, unity } : { mode };
}

const UNITY_GIVEN: Refusal = {
  code: 'INVALID_VALUE',
  message: 'with a pool we say which networks there are, and are told none',
  hint: 'remove it; splitInclude and localLan are what is told',
};

function checkPools(pools: readonly AddressRange[], path: ConfigPath, report: Report): void {
  const [one, other] = pools;
  if (one === undefined || other === undefined || isIpv6(one.first) !== isIpv6(other.first)) return;
  const message = 'both pools are of the same IP version, and a peer gets one address of each';
  report([...path, 1], { code: 'INVALID_VALUE', message, hint: 'keep one, or write one of IPv4 and one of IPv6' });
}

/** What a tunnel may lean on. */
interface Situation {
  readonly modeConfig: ModeConfigPolicy | undefined;
  readonly addresses: GatewayAddresses;
}

/** A tunnel; of a side that is assigned, any address of the other side's IP version may come, of the pool where it is the peer's. */
export function tunnelConfig(
  tunnel: ConnectionFile['tunnels'][number],
  { modeConfig, addresses }: Situation,
  path: ConfigPath,
  report: Report,
): TunnelConfig {
  const { local, remote, ...rest } = tunnel;
  const gives = modeConfig?.gives;
  const ipv6 = [local, remote].some((network) => network !== 'assigned' && isIpv6(network.selector.first));
  const selectorOf = (network: typeof local, side: 'local' | 'remote'): TrafficSelector => {
    if (network === 'assigned')
      return { ...anyAddress(ipv6), ...gives?.pools.find(({ first }) => isIpv6(first) === ipv6) };
    if (network.host !== true) return network.selector;
    if (rest.mode === 'tunnel') {
      const hint = 'write mode: transport, or an address';
      report([...path, side], { code: 'INVALID_NETWORK', message: 'host is for transport mode', hint });
    }
    return { ...network.selector, ...hostRange(addresses, side) };
  };
  const assigned = local === 'assigned' ? 'local' : remote === 'assigned' ? 'remote' : undefined;
  const bare = { ...rest, local: selectorOf(local, 'local'), remote: selectorOf(remote, 'remote') };
  if (assigned === undefined) return bare;
  const said = modeConfig === undefined ? UNASSIGNED : notAssigned(assigned, local === remote, modeConfig, ipv6);
  if (said !== undefined) report([...path, assigned], { code: 'INVALID_NETWORK', ...said });
  return { ...bare, assigned };
}

const UNASSIGNED = { message: 'nothing assigns an address to this side', hint: 'add modeConfig to the connection' };

/** Why a side, or both, cannot have an address assigned. */
function notAssigned(
  assigned: 'local' | 'remote',
  both: boolean,
  { gives }: ModeConfigPolicy,
  ipv6: boolean,
): Omit<Refusal, 'code'> | undefined {
  const mine = gives === undefined ? 'local' : 'remote';
  if (assigned !== mine || both)
    return { ...UNASSIGNED, hint: `it is the ${mine} side whose address is assigned here` };
  if (gives?.pools.some(({ first }) => isIpv6(first) === ipv6) !== false) return undefined;
  const version = ipv6 ? 'IPv6' : 'IPv4';
  return { message: `no pool has addresses of ${version}`, hint: `add one of ${version} to modeConfig.pool` };
}
