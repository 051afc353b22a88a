import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { World } from '../../src/sim/world.ts';
import { BAD_LINK } from './bad-link.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import { forEachSeed } from './seeds.ts';
import { keepBusy, passesBothWays, policyOf, PSK } from './two-gateways.ts';

const V4 = { a: '192.0.2.1', b: '198.51.100.2' } as const;
const V6 = { a: '2001:db8:a::1', b: '2001:db8:b::2' } as const;
const NETS = {
  v4: { a: '10.1.0.0/24', b: '10.2.0.0/24' },
  v6: { a: '2001:db8:1::/64', b: '2001:db8:2::/64' },
} as const;

function gateways(
  seed: string,
  outside: typeof V4 | typeof V6,
  nets: readonly (keyof typeof NETS)[],
  natt: 'auto' | 'force',
) {
  const world = new World(seed);
  const [a, b] = (['a', 'b'] as const).map((end) => {
    const other = end === 'a' ? 'b' : 'a';
    const [local, remote] = [requireIpAddress(outside[end]), requireIpAddress(outside[other])];
    const policy: ConnectionPolicy = policyOf(end, { natt, tunnels: nets.length }, { local, remote });
    const tunnels = policy.tunnels.map((tunnel, i) => {
      const net = NETS[nets[i] ?? 'v4'];
      return { ...tunnel, local: parseSelector(net[end]), remote: parseSelector(net[other]) };
    });
    return world.host({ name: end, address: local, psks: [{ secret: PSK }], connections: [{ ...policy, tunnels }] });
  });
  if (a === undefined || b === undefined) throw new Error('two hosts');
  return { world, a, b, link: world.link(a, b) };
}

describe.each([
  ['IPv6 in IPv6', V6, ['v6']],
  ['IPv6 in IPv4', V4, ['v6']],
  ['IPv4 in IPv6', V6, ['v4']],
  ['both in IPv6', V6, ['v4', 'v6']],
] as const)('%s', (name, outside, nets) => {
  it.each(['auto', 'force'] as const)('is carried both ways, with encapsulation %s (RFC 2407 §4.6.2)', (natt) => {
    const { world, a, b } = gateways(`${name} ${natt}`, outside, nets, natt);
    a.initiate('link');
    world.run(seconds(1));
    const tunnels = nets.map((_, i) => `net${i}`);
    expect(passesBothWays(world, a, b, tunnels)).toBe(true);
    const how = a.esp.installed.map(({ encapsulation, remote }) => [encapsulation, remote.address]);
    expect(new Set(how.map(String))).toEqual(new Set([`${natt === 'force' ? 'udp' : 'none'},${outside.b}`]));
  });
});

it('IPv6 comes up over a bad link, and renews', () => {
  forEachSeed('ipv6', 20, (seed) => {
    const { world, a, b, link } = gateways(seed, V6, ['v6', 'v4'], 'auto');
    link.change(BAD_LINK);
    a.initiate('link');
    const traffic = keepBusy(world, a);
    expect(
      world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(900)),
      world.trace(),
    ).toBe(true);
    a.command({ type: 'renew', connection: 'link', phase: 2 });
    link.change(GOOD_LINK);
    world.run(seconds(120));
    traffic.stop();
    expect(passesBothWays(world, a, b, ['net0', 'net1']), world.trace()).toBe(true);
  });
});
