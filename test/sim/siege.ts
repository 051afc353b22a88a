import { type IpAddress, requireIpAddress } from '../../src/base/address.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import type { Host } from '../../src/sim/host.ts';
import type { Packet } from '../../src/sim/packet.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { World } from '../../src/sim/world.ts';
import { firstMessage } from '../ike/first-message.ts';
import { ADDRESS, policyOf, PSK } from './two-gateways.ts';

const HUB = ADDRESS.b;
/** Five with an address in the hub's configuration, and one on the road. */
const PEERS = [0, 1, 2, 3, 4].map((i) => ({ name: `peer${i}`, address: requireIpAddress(`192.0.2.${10 + i}`) }));
const ROAD = { name: 'road', address: requireIpAddress('198.18.0.7') };

interface Ends {
  readonly hub: ConnectionPolicy;
  readonly peer: ConnectionPolicy;
}

/** The two policies of a connection between the hub and a peer, each peer with a network of its own. */
function ends({ name, address }: { readonly name: string; readonly address: IpAddress }, number: number): Ends {
  // Short lives: each pair and each ISAKMP SA is made anew while the flood goes on.
  const lifetimes = { isakmpLifetime: seconds(40), ipsecLifetime: seconds(15) };
  const suites = [{ cipher: 'aes128', hash: 'sha256', group: 'ecp256' }] as const;
  const network = parseSelector(`10.${100 + number}.0.0/24`);
  const of = (end: 'a' | 'b', local: IpAddress, remote: IpAddress | 'any'): ConnectionPolicy => {
    const policy = policyOf(end, { ...lifetimes, suites }, { local, remote });
    const [tunnel] = policy.tunnels;
    if (tunnel === undefined) throw new Error('no tunnel');
    const id = parseIdentity(`@${name}.example`);
    const own = end === 'a';
    return {
      ...policy,
      name,
      local: { ...policy.local, id: own ? id : policy.local.id },
      remote: { ...policy.remote, id: own ? policy.remote.id : id },
      tunnels: [{ ...tunnel, ...(own ? { local: network } : { remote: network }) }],
    };
  };
  return { hub: of('b', HUB, name === ROAD.name ? 'any' : address), peer: of('a', address, HUB) };
}

/** A hub with five peers that it knows the addresses of, one that it does not, and everybody else. */
export class Siege {
  readonly world: World;
  readonly hub: Host;
  readonly peers: readonly Host[];
  readonly road: Host;
  readonly #random: SeededRandom;
  readonly #offer = firstMessage(0);
  readonly #strike: (packet: Packet) => void;
  /** Octets in and out, of those who never answer. */
  sent = 0;
  received = 0;

  constructor(seed: string, latency = 25) {
    this.world = new World(seed);
    this.#random = this.world.chance('flood');
    const all = [...PEERS, ROAD].map((peer, i) => ({ ...peer, ...ends(peer, i) }));
    const psks = [{ secret: PSK }];
    this.hub = this.world.host({ name: 'hub', address: HUB, psks, connections: all.map(({ hub }) => hub) });
    const internet = this.world.router('internet');
    const link = this.world.link(internet.interface([HUB]), this.hub, { latency: milliseconds(latency) });
    this.#strike = (packet) => link.there.inject(packet);
    const hosts = all.map(({ name, address, peer }) => {
      const host = this.world.host({ name, address, psks, connections: [peer] });
      this.world.link(host, internet.interface([address]), { latency: milliseconds(latency) });
      return host;
    });
    const nobody = {
      name: 'nobody',
      plug: () => undefined,
      receive: ({ bytes }: Packet) => (this.received += bytes.length),
    };
    this.world.link(internet.interface('rest'), nobody);
    this.peers = hosts.slice(0, PEERS.length);
    this.road = hosts[PEERS.length] as Host;
  }

  /** One datagram of a flood: of every ten, seven first messages, and three for SAs that are not there. */
  strike(from: IpAddress): void {
    const kind = this.#random.u32() % 10;
    const bytes = this.#offer.slice();
    bytes.set(this.#random.bytes(8));
    if (kind >= 7) bytes.set(this.#random.bytes(8), 8);
    if (kind === 9) bytes[18] = this.#random.u32() & 0xff;
    this.sent += bytes.length;
    this.#strike({
      protocol: 'udp',
      source: { address: from, port: 500 },
      destination: { address: HUB, port: 500 },
      bytes,
    });
  }
  /** So many a second for so long, each from where `from` says; what happens meanwhile happens. */
  flood(ratePerSecond: number, duration: number, from: () => IpAddress): void {
    for (let at = 0; at < duration * 100; at++) {
      for (let i = 0; i < ratePerSecond / 100; i++) this.strike(from());
      this.world.run(milliseconds(10));
    }
  }
  /** Somewhere in the world. */
  anywhere = (): IpAddress => requireIpAddress([100, ...this.#random.bytes(3)].join('.'));
  /** Whether the hub's pair of a peer is up at both ends. */
  isUp(host: Host): boolean {
    return host.isUp(host.name) && this.hub.isUp(host.name);
  }
}
