import { connect, Namespace } from './namespaces.ts';

export type Place = 'left' | 'right';

/** Where one gateway stands. */
export interface Site {
  readonly name: string;
  readonly namespace: Namespace;
  /** The gateway's own address. */
  readonly address: string;
  /** The address at which the other side reaches it: of the NAT box, where there is one before it. */
  readonly publicAddress: string;
  /** The network behind it, and the gateway's own address in it. */
  readonly network: string;
  readonly inner: string;
  /** The same in IPv6; only the sites of a pair have them. */
  readonly ipv6?: Pick<Site, 'address' | 'publicAddress' | 'network' | 'inner'>;
}

/** `left 198.51.100.2 --- router --- 203.0.113.2 right`, with 10.1.0.0/24 behind the left and 10.2.0.0/24 behind the right. */
export interface Network {
  readonly left: Site;
  readonly right: Site;
  readonly router: Namespace;
  /** What a NAT box does that loses its power: all mappings are gone, and what leaves next gets ports that were not used before. */
  restartNat(): Promise<void>;
  remove(): Promise<void>;
}

/** Ten and more gateways, each on a wire of its own, behind one NAT box or none, and one outside. */
export interface Crowd {
  readonly peers: readonly Site[];
  readonly right: Site;
  remove(): Promise<void>;
}

const OUTER = { left: '198.51.100', right: '203.0.113' } as const;
const INNER = { left: '10.1', right: '10.2' } as const;
const OUTER_IPV6 = { left: '2001:db8:1', right: '2001:db8:2' } as const;
const INNER_IPV6 = { left: 'fd00:1', right: 'fd00:2' } as const;

/** As many networks lie behind a gateway of a pair, for cells that share one. */
const NETWORKS = 16;

/** Whom NAT hides; where it is both, each side sees but an address of the router. */
export type Hidden = Place | 'both';

/** With `hidden`, the router is a NAT box before that side: new ports for everybody, and IKE from outside is handed in. */
export async function buildNetwork(options: { readonly hidden?: Hidden } = {}): Promise<Network> {
  const { hidden } = options;
  const router = await buildRouter();
  const site = (name: Place): Promise<Site> => {
    const publicAddress = hides(hidden, name) ? `${OUTER[opposite(name)]}.1` : `${OUTER[name]}.2`;
    return buildSite(router, {
      name,
      outer: OUTER[name],
      inner: INNER[name],
      first: 0,
      networks: NETWORKS,
      publicAddress,
      ipv6: { outer: OUTER_IPV6[name], inner: INNER_IPV6[name] },
    });
  };
  const sites = { left: await site('left'), right: await site('right') };
  const faces = PLACES.filter((place) => hides(hidden, place)).map((place) => ({
    outside: opposite(place),
    handedTo: `${OUTER[place]}.2`,
  }));
  if (faces.length > 0) await router.nft(natBox(faces));
  const restartNat = async (): Promise<void> => {
    // An interface that goes down takes the mappings of its masquerading with it.
    for (const { outside } of faces) await router.ip([`link set ${outside} down`]);
    await router.nft(`delete table ip lab\n${natBox(faces, '30000-39999')}`);
    for (const { outside } of faces) await router.ip([`link set ${outside} up`]);
  };
  return {
    ...sites,
    router,
    restartNat,
    remove: () => removeAll([sites.left.namespace, sites.right.namespace, router]),
  };
}

const PLACES: readonly Place[] = ['left', 'right'];
const opposite = (place: Place): Place => (place === 'left' ? 'right' : 'left');
const hides = (hidden: Hidden | undefined, place: Place): boolean => hidden === 'both' || hidden === place;

export async function buildCrowd(size: number, options: { readonly hidden?: boolean } = {}): Promise<Crowd> {
  const { hidden = true } = options;
  const router = await buildRouter();
  const right = await buildSite(router, {
    name: 'right',
    outer: OUTER.right,
    inner: INNER.right,
    first: 0,
    networks: 1,
    publicAddress: `${OUTER.right}.2`,
  });
  const peers: Site[] = [];
  for (let i = 0; i < size; i++) {
    const where = { name: `peer${i}`, outer: `192.168.${i}`, inner: INNER.left, first: i, networks: 1 };
    peers.push(await buildSite(router, { ...where, publicAddress: hidden ? `${OUTER.right}.1` : `192.168.${i}.2` }));
  }
  if (hidden) await router.nft(natBox([{ outside: 'right' }]));
  return { peers, right, remove: () => removeAll([...peers, right].map(({ namespace }) => namespace).concat(router)) };
}

/** The same network with the addresses of IPv6 outside or inside, or both. There is no NAT of IPv6. */
export function inIpv6(network: Network, where: { readonly outside: boolean; readonly inside: boolean }): Network {
  const moved = (site: Site): Site => {
    const { address, publicAddress, network: behindIt, inner } = site.ipv6 ?? site;
    return {
      ...site,
      ...(where.outside ? { address, publicAddress } : {}),
      ...(where.inside ? { network: behindIt, inner } : {}),
    };
  };
  return { ...network, left: moved(network.left), right: moved(network.right) };
}

/** The same site with the network that is `nth` after its first: 10.1.3.0/24 and 10.1.3.1 for 3 at the left. */
export function behind(site: Site, nth: number): Site {
  const moved = (address: string): string =>
    address.replace(
      /\.(\d+)\.(\d+)(\/\d+)?$/,
      (_, third, rest, length = '') => `.${Number(third) + nth}.${rest}${length}`,
    );
  return { ...site, network: moved(site.network), inner: moved(site.inner) };
}

async function buildRouter(): Promise<Namespace> {
  const router = await Namespace.create('router');
  await router.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  return router;
}

interface Where {
  readonly name: string;
  /** The first three octets of the wire to the router. */
  readonly outer: string;
  /** The first two octets of all networks behind it, the third of the first one, and how many there are. */
  readonly inner: string;
  readonly first: number;
  readonly networks: number;
  readonly publicAddress: string;
  /** Prefixes of 64 bits, of the wire and of the network behind it. */
  readonly ipv6?: { readonly outer: string; readonly inner: string };
}

async function buildSite(router: Namespace, where: Where): Promise<Site> {
  const { name, outer, inner, first, networks, publicAddress } = where;
  const namespace = await Namespace.create(name);
  await connect(namespace, 'wan', router, name);
  await namespace.ip([
    `addr add ${outer}.2/24 dev wan`,
    ...Array.from({ length: networks }, (_, i) => `addr add ${inner}.${first + i}.1/24 dev lo`),
    'link set wan up',
    `route add default via ${outer}.1`,
  ]);
  await router.ip([`addr add ${outer}.1/24 dev ${name}`, `link set ${name} up`]);
  const site = {
    name,
    namespace,
    address: `${outer}.2`,
    publicAddress,
    network: `${inner}.${first}.0/24`,
    inner: `${inner}.${first}.1`,
  };
  return where.ipv6 === undefined ? site : { ...site, ipv6: await giveIpv6(router, site, where.ipv6) };
}

/** Without duplicate address detection, which would take seconds. */
async function giveIpv6(
  router: Namespace,
  { name, namespace }: Pick<Site, 'name' | 'namespace'>,
  { outer, inner }: Required<Where>['ipv6'],
): Promise<Required<Site>['ipv6']> {
  await router.ip([`addr add ${outer}::1/64 dev ${name} nodad`]);
  await namespace.ip([
    `addr add ${outer}::2/64 dev wan nodad`,
    `addr add ${inner}::1/64 dev lo nodad`,
    `route add default via ${outer}::1`,
  ]);
  const address = `${outer}::2`;
  return { address, publicAddress: address, network: `${inner}::/64`, inner: `${inner}::1` };
}

/** What a NAT box does towards one side: everybody who leaves has its address there, and IKE that comes may be handed to somebody. */
interface Face {
  readonly outside: Place;
  readonly handedTo?: string;
}

/** Masquerades UDP to ports of its own choice, as a carrier's box does, so that nobody can rely on 500 and 4500 from afar. */
function natBox(faces: readonly Face[], ports = '20000-29999'): string {
  const rules = (of: (face: Face) => readonly string[]): string => faces.flatMap(of).join('\n    ');
  return `table ip lab {
  chain incoming {
    type nat hook prerouting priority dstnat;
    ${rules(({ outside, handedTo }) => (handedTo === undefined ? [] : [`iifname "${outside}" udp dport { 500, 4500 } dnat to ${handedTo}`]))}
  }
  chain outgoing {
    type nat hook postrouting priority srcnat;
    ${rules(({ outside }) => [`oifname "${outside}" meta l4proto udp masquerade to :${ports}`, `oifname "${outside}" masquerade`])}
  }
  chain between {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ct status dnat accept
    ${faces.length > 1 ? '' : rules(({ outside }) => [`iifname != "${outside}" oifname "${outside}" accept`])}
  }
}
`;
}

async function removeAll(namespaces: readonly Namespace[]): Promise<void> {
  for (const namespace of namespaces) await namespace.remove();
}
