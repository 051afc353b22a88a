import { afterAll, describe, expect, test } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { reportedTest } from '../lab/interop-test.ts';
import { Lab } from '../lab/lab.ts';
import { inIpv6, type Network } from '../lab/network.ts';
import {
  buildPair,
  charonConnection,
  charonSettings,
  establish,
  hiddenPlace,
  lineOf,
  type Pair,
  type PairChanges,
  sallyportConnection,
  takeDown,
} from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { withAddress, withAssigned } from '../lab/remote-access.ts';
import type { SallyportSettings } from '../lab/sallyport-config.ts';

const CELL: Omit<Cell, 'name' | 'we' | 'nat'> = {
  ...{ phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], charonEsp: 'kernel', ourEsp: 'kernel' },
};

interface Case extends PairChanges {
  readonly name: string;
  readonly we: Cell['we'];
  /** Where the connection runs; default as the network is. */
  readonly on?: (network: Network) => Network;
  /** From where to where the echoes go, where it is not between the networks behind the gateways. */
  readonly between?: (network: Network) => Pick<Network, 'left' | 'right'>;
  /** What has to be there before. */
  readonly before?: (network: Network) => Promise<unknown>;
  /** What `ip xfrm state` has to say of our states. */
  readonly states?: readonly RegExp[];
  /** Mark of the echo requests. */
  readonly mark?: string;
  /** How many of our three ESP packets have the DSCP of the echo requests that are in them. */
  readonly withDscp?: number;
}

const HOSTS: PairChanges = {
  ours: { localNetwork: 'host', remoteNetwork: 'host', mode: 'transport' },
  charons: { localNetwork: 'dynamic', remoteNetwork: 'dynamic', child: ['mode = transport'] },
};
const betweenHosts = ({ left, right }: Network): Pick<Network, 'left' | 'right'> => ({
  left: { ...left, inner: left.address },
  right: { ...right, inner: right.publicAddress },
});
const ipv6 = (outside: boolean, inside: boolean) => (network: Network) => inIpv6(network, { outside, inside });

const CASES: readonly Case[] = [
  { name: 'transport mode', we: 'initiator', ...HOSTS, between: betweenHosts },
  { name: 'transport mode in IPv6', we: 'initiator', ...HOSTS, on: ipv6(true, false), between: betweenHosts },
  { name: 'IPv6 in IPv4', we: 'initiator', on: ipv6(false, true) },
  { name: 'IPv4 in IPv6', we: 'initiator', on: ipv6(true, false) },
  { name: 'IPv6 in IPv6', we: 'initiator', on: ipv6(true, true) },
  {
    ...{ name: 'Mode Config, pull', we: 'initiator', ...withAddress('initiator', 'pull') },
    between: (network) => withAssigned(network, 'initiator'),
  },
];

/** What only the kernel does. */
const OURS_ALONE: readonly Case[] = [
  {
    ...{ name: 'with a mark', we: 'initiator', mark: '7', withDscp: 3 },
    ours: { more: { kernel: { mark: '0x7/0xff' } } },
    before: async ({ left }) => {
      await left.namespace.nft(
        'table ip marks { chain incoming { type filter hook prerouting priority mangle; meta l4proto esp meta mark set 7; }; }',
      );
    },
    states: [/mark 0x7\/0xff/],
  },
  {
    ...{ name: 'through an XFRM interface', we: 'initiator', withDscp: 0 },
    ours: { more: { kernel: { interface: 42, copyDscp: 'in', pathMtuDiscovery: false } } },
    before: ({ left, right }) =>
      left.namespace.ip([
        'link add tunnel42 type xfrm dev wan if_id 42',
        'link set tunnel42 up',
        `route add ${right.network} dev tunnel42 src ${left.inner}`,
      ]),
    states: [/if_id 0x2a/, /flag .*decap-dscp/, /flag .*nopmtudisc/],
  },
];

const ANSWERED: readonly Case[] = [{ name: 'transport mode', we: 'responder', ...HOSTS, between: betweenHosts }];
const NATTED: readonly Case[] = [{ name: 'transport mode in UDP', we: 'initiator', ...HOSTS, between: betweenHosts }];

/** Cases that share a network, a charon and a gateway of ours, which both are given one connection after the other. */
describe.each([
  { nat: 'none', cases: [...CASES, ...OURS_ALONE] },
  { nat: 'none', cases: ANSWERED },
  { nat: 'before us', cases: NATTED },
] as const)('our kernel, NAT: $nat', ({ nat, cases }) => {
  let scene: Promise<{ readonly lab: Lab; readonly pair: Pair }> | undefined;
  afterAll(async () => (await scene)?.lab.close());

  const settingsOf = ({ ours, on = (network) => network }: Case, cell: Cell, network: Network): SallyportSettings => ({
    esp: 'kernel',
    listen: [network.left.address, ...(network.left.ipv6 === undefined ? [] : [network.left.ipv6.address])],
    connections: [{ ...sallyportConnection(cell, on(network)), ...ours }],
  });

  for (const one of cases) {
    const cell: Cell = { ...CELL, name: `our ESP in the kernel too, ${one.name}`, we: one.we, nat };
    reportedTest(lineOf(cell), async () => {
      scene ??= build(cell, (network) => settingsOf(one, cell, network));
      const { lab, pair } = await scene;
      await lab.watch(async () => {
        const { network, we, charon } = pair;
        const { on = (as: Network) => as, between = (as: Network) => as, charons } = one;
        await one.before?.(network);
        await charon.load([{ ...charonConnection(cell, on(network)), ...charons }]);
        await we.reload(settingsOf(one, cell, network));
        await establish(cell, pair);
        const { left, right } = between(on(network));
        const seen = await watchRouter(network);
        const { mark, withDscp } = one;
        expect(await ping(left, right, { mark, trafficClass: TRAFFIC_CLASS })).toEqual({ sent: 3, received: 3 });
        expect(await seen('echoes')).toBe(0);
        if (withDscp !== undefined) expect(await seen('dscp')).toBe(withDscp);
        const states = await network.left.namespace.must(['ip', '-d', 'xfrm', 'state']);
        for (const pattern of one.states ?? []) expect(states).toMatch(pattern);
        await takeDown(cell, pair);
      });
    });
  }
});

test('off-loading to a device that has none is refused in words, and nothing stays', async () => {
  const lab = await Lab.open();
  await lab
    .watch(async () => {
      const cell: Cell = { ...CELL, name: 'offload', we: 'initiator', nat: 'none' };
      const { network, we } = await buildPair(lab, cell, { ours: { more: { kernel: { offload: 'wan' } } } });
      await expect(we.up()).rejects.toThrow('off-loading of ESP to wan: it does not do aes128gcm16');
      expect(await network.left.namespace.must(['ip', 'xfrm', 'state'])).toBe('');
    })
    .finally(() => lab.close());
});

async function build(cell: Cell, settings: (network: Network) => SallyportSettings) {
  const lab = await Lab.open();
  const network = await lab.network(hiddenPlace(cell));
  const charon = await lab.charon(network.right, { ...charonSettings(cell, network), connections: [] });
  const we = await lab.sallyport(network.left, settings(network));
  return { lab, pair: { network, we, charon } };
}

/** AF11, RFC 2597 §6. */
const TRAFFIC_CLASS = 0x28;

/** What the router has seen from now on: echoes as they are, and ESP from the left with the DSCP that echoes have here. */
async function watchRouter({ router }: Network): Promise<(what: 'echoes' | 'dscp') => Promise<number>> {
  await router.nft(`table inet watch
delete table inet watch
table inet watch {
  counter echoes { }
  counter dscp { }
  chain seen {
    type filter hook prerouting priority raw;
    icmp type { echo-request, echo-reply } counter name echoes
    icmpv6 type { echo-request, echo-reply } counter name echoes
    iifname "left" ip protocol esp ip dscp af11 counter name dscp
  }
}
`);
  return async (what) =>
    Number(/packets (\d+)/.exec(await router.must(['nft', 'list', 'counter', 'inet', 'watch', what]))?.[1]);
}
