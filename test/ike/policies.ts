import { requireIpAddress } from '../../src/base/address.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { Phase1Suite, Phase2Suite } from '../../src/crypto/suites.ts';
import type { ConnectionPolicy, Phase1Exchange, TunnelPolicy } from '../../src/ike/negotiate/policy.ts';

export const A = requireIpAddress('192.0.2.1');
export const B = requireIpAddress('198.51.100.2');

export interface PolicyOptions {
  readonly name?: string;
  readonly exchange?: Phase1Exchange;
  readonly suites?: readonly Phase1Suite[];
  readonly esp?: readonly Phase2Suite[];
  readonly natt?: ConnectionPolicy['natt']['mode'];
  /** What side a has behind it, and side b. */
  readonly nets?: readonly [string, string];
  readonly mode?: TunnelPolicy['mode'];
  readonly swapSelectors?: boolean;
  readonly lifetimes?: readonly [phase1Seconds: number, phase2Seconds: number];
  /** The whole policy is passed through here at last. */
  readonly but?: (policy: ConnectionPolicy) => ConnectionPolicy;
}

const DEFAULTS = {
  name: 'link',
  exchange: 'main',
  suites: [{ cipher: 'aes128', hash: 'sha256', group: 'ecp256' }],
  esp: [{ cipher: 'aes128gcm16' }],
  natt: 'auto',
  nets: ['10.1.0.0/24', '10.2.0.0/24'],
  mode: 'tunnel',
  lifetimes: [28_800, 3600],
  but: (policy: ConnectionPolicy) => policy,
} as const satisfies PolicyOptions;

/** The policy of one side of a connection between A and B. */
export function policyOf(side: 'a' | 'b', options: PolicyOptions = {}): ConnectionPolicy {
  const { name, exchange, suites, esp, natt, nets, mode, lifetimes, but } = { ...DEFAULTS, ...options };
  const ends = {
    a: { address: A, id: parseIdentity('@a.example'), net: nets[0] },
    b: { address: B, id: parseIdentity('@b.example'), net: nets[1] },
  };
  const [own, other] = side === 'a' ? [ends.a, ends.b] : [ends.b, ends.a];
  const [local, remote] = options.swapSelectors === true ? [other.net, own.net] : [own.net, other.net];
  return but({
    name,
    local: { address: own.address, id: own.id },
    remote: { address: other.address, id: other.id },
    exchange,
    suites,
    lifetime: { duration: seconds(lifetimes[0]) },
    natt: { mode: natt, keepalive: seconds(20) },
    tunnels: [
      {
        name: 'net',
        mode,
        local: parseSelector(local),
        remote: parseSelector(remote),
        suites: esp,
        lifetime: { duration: seconds(lifetimes[1]) },
      },
    ],
  });
}
