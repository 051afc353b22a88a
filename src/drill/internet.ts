import type { IpAddress } from '../base/address.ts';
import type { Duration } from '../base/instant.ts';
import { LinkDirection, type LinkQuality } from '../sim/link.ts';
import type { Packet } from '../sim/packet.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { World } from '../sim/world.ts';
import type { Action } from './drill.ts';
import type { MessageReader } from './message-reader.ts';
import { FAULT_NAMES, type FaultName, type PacketKind } from './step-schema.ts';

/** What is done to packets of some gateways. */
export type Fault = Extract<Action, { readonly kind: FaultName }>;

/** Where a gateway, or the NAT before it, meets the others. */
export interface Access {
  readonly name: string;
  /** Whether a name of the drill means it. */
  isCalled(name: string): boolean;
  /** What others see as its address. */
  outside(): IpAddress;
  receive(packet: Packet): void;
}

/** What lies between the gateways: each pair of them has a path each way, and somebody on all paths who does what the script says. */
export class Internet {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #quality: Partial<LinkQuality>;
  readonly #reader: MessageReader;
  readonly #accesses: Access[] = [];
  readonly #paths = new Map<string, LinkDirection>();
  readonly #faults = new Set<Fault>();
  /** The last packet of each kind on each path, for who plays it back. */
  readonly #last = new Map<string, Packet>();

  constructor(world: World, quality: Partial<LinkQuality>, reader: MessageReader) {
    this.#world = world;
    this.#random = world.chance('the network');
    this.#quality = quality;
    this.#reader = reader;
  }

  connect(access: Access): void {
    this.#accesses.push(access);
  }

  send(from: Access, packet: Packet): void {
    const to = this.#accesses.find((access) => access.outside() === packet.destination.address);
    if (to === undefined) return;
    const kinds = this.#reader.kindsOf(packet);
    for (const kind of kinds) this.#last.set(`${from.name} ${to.name} ${kind}`, packet);
    const path = this.#path(from, to);
    for (const fault of this.#faults) {
      if (!concerns(fault, from, to, kinds)) continue;
      if (this.#suffers(fault, packet, path)) return;
    }
    path.carry(packet);
  }

  begin(fault: Fault): void {
    this.#faults.add(fault);
    if (fault.kind === 'replay') this.#replay(fault, this.#recorded(fault));
  }
  end(fault: Fault): void {
    this.#faults.delete(fault);
  }

  /** Whether the packet goes no further by itself. */
  #suffers({ kind, of }: Fault, packet: Packet, path: LinkDirection): boolean {
    switch (kind) {
      case 'cut':
        return true;
      case 'lose':
        return this.#random.chance(of.part);
      case 'delay':
        this.#later(of.by, () => path.carry(packet));
        return true;
      case 'duplicate':
        if (this.#random.chance(of.part)) path.carry(packet);
        return false;
      case 'reorder':
        if (!this.#random.chance(of.part)) return false;
        this.#later(of.by, () => path.carry(packet));
        return true;
      case 'replay':
        return false;
    }
  }

  /** What there was on each path until now. */
  #recorded({ of }: Fault): (() => void)[] {
    const kinds: readonly PacketKind[] = of.only === undefined ? ['ike', 'esp'] : [of.only];
    return this.#accesses
      .filter((from) => isAmong(of.from, from))
      .flatMap((from) =>
        this.#accesses
          .filter((to) => to !== from && isAmong(of.to, to))
          .flatMap((to) =>
            kinds
              .flatMap((kind) => this.#last.get(`${from.name} ${to.name} ${kind}`) ?? [])
              .map((packet) => () => this.#path(from, to).carry(packet)),
          ),
      );
  }
  #replay(fault: Extract<Fault, { kind: 'replay' }>, packets: readonly (() => void)[]): void {
    if (!this.#faults.has(fault)) return;
    for (const send of packets) send();
    this.#later(fault.of.every, () => this.#replay(fault, packets));
  }

  #path(from: Access, to: Access): LinkDirection {
    const name = `${from.name} to ${to.name}`;
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    const path = new LinkDirection(this.#world.clock, this.#random.fork(name), this.#quality, (packet) =>
      to.receive(packet),
    );
    this.#paths.set(name, path);
    return path;
  }
  #later(by: Duration, work: () => void): void {
    this.#world.clock.after(by, work);
  }
}

export const isFault = (action: Action): action is Fault => (FAULT_NAMES as readonly string[]).includes(action.kind);

const isAmong = (name: string, access: Access): boolean => name === 'any' || access.isCalled(name);

function concerns({ of }: Fault, from: Access, to: Access, kinds: ReadonlySet<PacketKind>): boolean {
  return isAmong(of.from, from) && isAmong(of.to, to) && (of.only === undefined || kinds.has(of.only));
}
