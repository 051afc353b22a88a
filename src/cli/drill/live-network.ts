import { spawnSync } from 'node:child_process';
import { ipAddress, ipBytes, type IpAddress } from '../../base/address.ts';
import type { Member } from '../../drill/drill.ts';
import type { Fault } from '../../drill/internet.ts';
import type { Cleanup } from '../demo/cleanup.ts';
import { type Command, mustRun, runCommand } from '../demo/command.ts';

const PREFIX = 'sallyport-drill';

/** A gateway's place in the network. */
export interface Site {
  readonly member: Member;
  /** The host behind it, in its network. */
  readonly host: IpAddress;
  /** The router's interface towards it. */
  readonly link: string;
}

/** Network namespaces: one for each gateway, and a router between that does what the script says to what goes through it. */
export class LiveNetwork {
  readonly sites: readonly Site[];
  readonly #faults = new Set<Fault>();

  private constructor(members: readonly Member[]) {
    this.sites = members.map((member, i) => ({ member, host: hostOf(member), link: `gateway${i}` }));
  }

  static async build(members: readonly Member[], cleanup: Cleanup): Promise<LiveNetwork> {
    const network = new LiveNetwork(members);
    for (const place of ['router', ...network.sites.map(({ link }) => link)]) {
      cleanup.defer(
        () => runCommand(['ip', 'netns', 'del', nameOf(place)]),
        () => void spawnSync('ip', ['netns', 'del', nameOf(place)]),
      );
      await mustRun(['ip', 'netns', 'add', nameOf(place)]);
      await mustRun(['ip', '-n', nameOf(place), 'link', 'set', 'lo', 'up']);
    }
    for (const site of network.sites) await network.#connect(site);
    await network.#write('net/ipv4/ip_forward', '1');
    await network.#apply();
    return network;
  }

  /** The command line that runs `command` where a gateway is. */
  inside({ link }: Site, command: Command): Command {
    return ['ip', 'netns', 'exec', nameOf(link), ...command];
  }

  async begin(fault: Fault): Promise<void> {
    this.#faults.add(fault);
    await this.#apply();
  }
  async end(fault: Fault): Promise<void> {
    this.#faults.delete(fault);
    await this.#apply();
  }
  async unplug({ link }: Site): Promise<void> {
    await mustRun(['ip', '-n', nameOf(link), 'link', 'set', 'wan', 'down']);
  }
  async plugIn(site: Site): Promise<void> {
    await mustRun(['ip', '-n', nameOf(site.link), 'link', 'set', 'wan', 'up']);
    await mustRun(['ip', '-n', nameOf(site.link), 'route', 'add', 'default', 'dev', 'wan']);
  }

  /** Whether an answer comes from the host behind one gateway to a packet of the host behind another, within a second. */
  async ping(from: Site, to: Site): Promise<boolean> {
    const ping: Command = ['ping', '-n', '-q', '-c', '1', '-W', '1', '-I', from.host, to.host];
    const { status } = await runCommand(this.inside(from, ping));
    return status === 0;
  }

  /** How many packets of the host behind a gateway came by in clear. */
  async clear({ link }: Site): Promise<number> {
    const text = await this.#inRouter(['nft', 'list', 'counter', 'ip', 'clear', link]);
    return Number(/packets (\d+)/.exec(text)?.[1] ?? 0);
  }

  /** No subnets: each gateway has its address alone, and the router answers for all others. */
  async #connect({ member, host, link }: Site): Promise<void> {
    const ends = ['wan', 'netns', nameOf(link), 'type', 'veth', 'peer', 'name', link, 'netns', nameOf('router')];
    await mustRun(['ip', 'link', 'add', ...ends]);
    const there = [
      `addr add ${member.address}/32 dev wan`,
      `addr add ${host}/32 dev lo`,
      'link set wan up',
      'route add default dev wan',
    ];
    await mustRun(['ip', '-n', nameOf(link), '-batch', '-'], { input: `${there.join('\n')}\n` });
    const here = [`link set ${link} up`, `route add ${member.address}/32 dev ${link}`];
    await mustRun(['ip', '-n', nameOf('router'), '-batch', '-'], { input: `${here.join('\n')}\n` });
    await this.#write(`net/ipv4/conf/${link}/proxy_arp`, '1');
    const counter = `table ip clear {
  counter ${link} { }
  chain ${link} {
    type filter hook prerouting priority raw;
    iifname "${link}" ip saddr ${host} counter name ${link}
  }
}
`;
    await this.#inRouter(['nft', '-f', '-'], counter);
  }

  /** The rules of all faults at once, in place of those before. */
  async #apply(): Promise<void> {
    const rules = [...this.#faults].flatMap((fault) => this.#rulesOf(fault));
    const table = `table ip faults {
  chain between {
    type filter hook forward priority -10;
${rules.map((rule) => `    ${rule}\n`).join('')}  }
}
`;
    await this.#inRouter(['nft', '-f', '-'], `table ip faults { }\ndelete table ip faults\n${table}`);
  }
  #rulesOf({ of }: Fault): string[] {
    const side = (what: string, name: string): string => {
      const links = this.sites
        .filter(({ member }) => name === 'any' || member.name === name)
        .map(({ link }) => `"${link}"`);
      return `${what} { ${links.join(', ')} }`;
    };
    return KINDS[of.only === 'esp' || of.only === 'ike' ? of.only : 'all'].map(
      (kind) => `${side('iifname', of.from)} ${side('oifname', of.to)} ${kind} drop`,
    );
  }

  async #write(path: string, value: string): Promise<void> {
    await this.#inRouter(['tee', `/proc/sys/${path}`], `${value}\n`);
  }
  #inRouter(command: Command, input = ''): Promise<string> {
    return mustRun(['ip', 'netns', 'exec', nameOf('router'), ...command], { input });
  }
}

/** RFC 3948 §2.2: on port 4500 IKE has four zero octets where ESP has its SPI. */
const KINDS = {
  all: [''],
  ike: ['udp dport 500', 'udp dport 4500 @th,64,32 0'],
  esp: ['ip protocol esp', 'udp dport 4500 @th,64,32 != 0'],
} as const;

const nameOf = (place: string): string => `${PREFIX}-${process.pid}-${place}`;

/** The first address of a network that is a host's. */
function hostOf({ config }: Member): IpAddress {
  const [tunnel] = config.connections.flatMap(({ tunnels }) => tunnels);
  const bytes = ipBytes(tunnel?.local.first ?? config.gateway.listen[0] ?? ('127.0.0.1' as IpAddress)).slice();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return ipAddress(bytes);
}
