import type { IpAddress } from '../base/address.ts';
import { type Duration, type Instant, milliseconds, seconds } from '../base/instant.ts';
import { utf8Text } from '../base/bytes.ts';
import { connectionPolicies } from '../config/policy.ts';
import { guardsOf } from '../gateway/guards.ts';
import type { Effect } from '../ike/effects.ts';
import { Host } from '../sim/host.ts';
import type { SimulatedPsk } from '../sim/job-work.ts';
import type { SimulatedPing } from '../sim/memory-esp.ts';
import { NatBox } from '../sim/nat-box.ts';
import type { Packet } from '../sim/packet.ts';
import type { World } from '../sim/world.ts';
import type { Member } from './drill.ts';
import { HostClock } from './host-clock.ts';
import type { Internet } from './internet.ts';

/** Ours: with so many peers, invariants are looked at every five seconds only, because they look at everything. */
const FEW = 20;
const LOOK = seconds(5);

/** What a simulated gateway tells of. */
export interface GatewayEars {
  effect(effect: Effect): void;
  clear(): void;
  life(alive: boolean): void;
}

/** Ours: what the system keeps for a process that does not read, in packets. */
const SOCKET_BUFFER = 200;

/** One gateway of a drill in a simulation, with its NAT, its clock, and everything that can happen to it. */
export class SimulatedGateway {
  readonly name: string;
  readonly host: Host;
  readonly #member: Member;
  readonly #clock: HostClock;
  readonly #psks: SimulatedPsk[];
  readonly #nat: NatBox | undefined;
  readonly #ears: GatewayEars;
  readonly #waiting: Packet[] = [];
  #outside: IpAddress;
  #lookedAt: Instant | undefined;
  #frozen = false;
  #unplugged = false;

  constructor(world: World, member: Member, options: { internet: Internet; ears: GatewayEars; capture: boolean }) {
    const { internet, ears, capture } = options;
    const { name, address, nat, config } = member;
    this.name = name;
    this.#member = member;
    this.#ears = ears;
    this.#clock = new HostClock(world.clock);
    this.#psks = config.credentials.psks.map(({ secret }, i) => ({
      ...{ secret: utf8Text(secret.reveal()), connections: [config.connections[i]?.name ?? ''] },
    }));
    this.#outside = nat?.address ?? address;
    const { limits } = config.gateway;
    const own = {
      ...{ clock: this.#clock, crypto: world.crypto, settled: (host: Host) => this.#settled(world, host) },
      effect: (host: Host, effect: Effect) => {
        ears.effect(effect);
        world.effect(host, effect);
      },
    };
    this.host = new Host(own, world.chance(`gateway ${name}`), {
      ...{
        name,
        address,
        limits,
        capture,
        psks: this.#psks,
        connections: connectionPolicies(config),
        guards: guardsOf(config),
      },
      ...{ onClear: () => ears.clear(), isCutOff: () => this.#unplugged },
    });
    this.#nat = nat === undefined ? undefined : world.natBox({ ...nat, name: `${name}'s NAT`, outside: nat.address });
    this.#plug(internet);
  }

  /** At a moment that chance says. */
  beginWithin(world: World): void {
    const wait = this.#member.within * world.chance(`begin of ${this.name}`).fraction();
    world.clock.after(milliseconds(Math.round(wait)), () => this.begin());
  }
  begin(): void {
    this.#ears.life(true);
    for (const { name, startup } of this.#member.config.connections)
      if (startup === 'initiate') this.host.initiate(name);
  }

  /** From behind this gateway to behind another; undefined where nothing can leave. */
  ping(peer: string): SimulatedPing | undefined {
    return this.host.up && !this.#frozen ? this.host.ping(peer) : undefined;
  }

  kill(): void {
    if (!this.host.up) return;
    this.host.crash();
    this.#waiting.length = 0;
    this.#ears.life(false);
  }
  start(): void {
    if (this.host.up) return;
    this.host.start();
    this.begin();
  }
  freeze(): void {
    this.#frozen = true;
    this.#clock.freeze();
  }
  /** Its timers come first, and then what waits in its sockets, as in an event loop that goes on. */
  thaw(): void {
    this.#frozen = false;
    this.#clock.thaw();
    for (const packet of this.#waiting.splice(0)) this.host.receive(packet);
  }
  unplug(): void {
    this.#unplugged = true;
  }
  plugIn(): void {
    this.#unplugged = false;
  }
  /** Another machine, which nobody gave the keys, takes its place. */
  replace(): void {
    this.kill();
    for (const [i, psk] of this.#psks.entries()) this.#psks[i] = { ...psk, secret: `another than ${psk.secret}` };
    this.start();
  }
  rebootNat(outside: IpAddress = this.#outside): void {
    this.#outside = outside;
    this.#nat?.reboot(outside);
  }
  jump(by: Duration): void {
    this.#clock.jump(by);
  }
  command(kind: 'up' | 'down'): void {
    for (const { name } of this.#member.config.connections)
      if (this.host.up) this.host.command({ type: kind === 'up' ? 'initiate' : 'terminate', connection: name });
  }
  rekey(phase: 1 | 2): void {
    for (const { name } of this.#member.config.connections)
      if (this.host.up) this.host.command({ type: 'renew', connection: name, phase });
  }

  /** What one gateway holds is looked at after every step; of one with many peers, once in a while. */
  #settled(world: World, host: Host): void {
    if (
      this.#member.config.connections.length > FEW &&
      this.#lookedAt !== undefined &&
      world.now < this.#lookedAt + LOOK
    )
      return;
    this.#lookedAt = world.now;
    world.settled(host);
  }

  #plug(internet: Internet): void {
    const access = {
      name: this.name,
      isCalled: (name: string) => name === this.name || name === this.#member.group,
      outside: () => this.#outside,
      receive: (packet: Packet) => {
        if (!this.#unplugged) inward(packet);
      },
    };
    const outward = (packet: Packet): void => {
      if (!this.#unplugged) internet.send(access, packet);
    };
    internet.connect(access);
    const nat = this.#nat;
    const inward = (packet: Packet): void => (nat === undefined ? this.#receive(packet) : nat.outside.receive(packet));
    this.host.plug((packet) => (nat === undefined ? outward(packet) : nat.inside.receive(packet)));
    nat?.inside.plug((packet) => this.#receive(packet));
    nat?.outside.plug(outward);
  }

  #receive(packet: Packet): void {
    if (!this.#frozen) this.host.receive(packet);
    else if (this.#waiting.length < SOCKET_BUFFER) this.#waiting.push(packet);
  }
}
