import { connect, Namespace } from './namespaces.ts';

export type Place = 'left' | 'right';

/** Where one gateway stands. */
export interface Site {
  readonly place: Place;
  readonly namespace: Namespace;
  /** The gateway's own address. */
  readonly address: string;
  /** The address at which the other side reaches it: of the NAT box, where there is one before it. */
  readonly publicAddress: string;
  /** The network behind it, and the gateway's own address in it. */
  readonly network: string;
  readonly inner: string;
}

/** `left 198.51.100.2 --- router --- 203.0.113.2 right`, with 10.1.0.0/24 behind the left and 10.2.0.0/24 behind the right. */
export interface Network {
  readonly left: Site;
  readonly right: Site;
  readonly router: Namespace;
  remove(): Promise<void>;
}

const OUTER = { left: '198.51.100', right: '203.0.113' } as const;
const INNER = { left: '10.1.0', right: '10.2.0' } as const;

/** With `hidden`, the router is a NAT box before that side: new ports for everybody, and IKE from outside is handed in. */
export async function buildNetwork(options: { readonly hidden?: Place } = {}): Promise<Network> {
  const { hidden } = options;
  const router = await Namespace.create('router');
  const sites = { left: await buildSite('left', router, hidden), right: await buildSite('right', router, hidden) };
  await router.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  if (hidden !== undefined) await router.nft(natBox(hidden));
  return {
    ...sites,
    router,
    async remove() {
      for (const namespace of [sites.left.namespace, sites.right.namespace, router]) await namespace.remove();
    },
  };
}

async function buildSite(place: Place, router: Namespace, hidden: Place | undefined): Promise<Site> {
  const other = place === 'left' ? 'right' : 'left';
  const namespace = await Namespace.create(place);
  await connect(namespace, 'wan', router, place);
  await namespace.ip([
    `addr add ${OUTER[place]}.2/24 dev wan`,
    `addr add ${INNER[place]}.1/24 dev lo`,
    'link set wan up',
    `route add default via ${OUTER[place]}.1`,
  ]);
  await router.ip([`addr add ${OUTER[place]}.1/24 dev ${place}`, `link set ${place} up`]);
  return {
    place,
    namespace,
    address: `${OUTER[place]}.2`,
    publicAddress: hidden === place ? `${OUTER[other]}.1` : `${OUTER[place]}.2`,
    network: `${INNER[place]}.0/24`,
    inner: `${INNER[place]}.1`,
  };
}

/** Masquerades UDP to ports of its own choice, as a carrier's box does, so that nobody can rely on 500 and 4500 from afar. */
function natBox(hidden: Place): string {
  const outside = hidden === 'left' ? 'right' : 'left';
  return `table ip lab {
  chain incoming {
    type nat hook prerouting priority dstnat;
    iifname "${outside}" udp dport { 500, 4500 } dnat to ${OUTER[hidden]}.2
  }
  chain outgoing {
    type nat hook postrouting priority srcnat;
    oifname "${outside}" meta l4proto udp masquerade to :20000-29999
    oifname "${outside}" masquerade
  }
  chain between {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ct status dnat accept
    iifname "${hidden}" accept
  }
}
`;
}
