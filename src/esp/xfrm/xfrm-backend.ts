import { type IpAddress, sameEndpoint, type UdpEndpoint } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { NetlinkListener } from '../../linux/netlink-listener.ts';
import type { EspBackend, EspDropReason, EspHost, GuardedTraffic } from '../backend.ts';
import type { EspCounters, EspSa, SaEnds, Spi } from '../sa.ts';
import { KernelDrops } from './drops.ts';
import { encapOf, movedState, stateOf, trafficOf } from './installed-state.ts';
import { readNotice, type XfrmNotice } from './notices.ts';
import { NETLINK_XFRM, XFRM_GROUP } from './numbers.ts';
import { PolicyTable, type Wish } from './policy-table.ts';
import type { XfrmDirection, XfrmPolicyId } from './policy.ts';
import { Reqids } from './reqids.ts';
import { KernelRoutes } from './routes.ts';
import { type InstalledState, StateTable } from './state-table.ts';
import { ownTraffic, policyIds, type Traffic, trafficKey } from './traffic.ts';
import { XfrmNetlink } from './xfrm-netlink.ts';

const ALL: readonly XfrmDirection[] = ['out', 'in', 'fwd'];

interface Running {
  readonly host: EspHost;
  readonly kernel: XfrmNetlink;
  readonly policies: PolicyTable;
  readonly routes: KernelRoutes;
  readonly listener: NetlinkListener;
}

/** ESP in the kernel, by XFRM over netlink. Needs CAP_NET_ADMIN, and IKE's sockets opened with `bypassPolicies` and, on the NAT-T port, `encap`. */
export function createKernelBackend(): EspBackend {
  return new XfrmBackend();
}

class XfrmBackend implements EspBackend {
  readonly name = 'kernel';
  readonly #states = new StateTable();
  readonly #reqids = new Reqids();
  readonly #reserved = new Map<Spi, IpAddress>();
  readonly #guards = new Map<string, GuardedTraffic>();
  /** Pairs whose move was told since the last tick. */
  readonly #told = new Set<number>();
  readonly #drops = new KernelDrops();
  #running: Running | undefined;

  async start(host: EspHost): Promise<void> {
    const kernel = new XfrmNetlink();
    this.#drops.start();
    const listener = new NetlinkListener({
      family: NETLINK_XFRM,
      groups: [XFRM_GROUP.ACQUIRE, XFRM_GROUP.EXPIRE, XFRM_GROUP.MAPPING],
      heard: (message) => this.#heard(readNotice(message)),
      lost: () => this.#lookAtAll(),
      tick: () => this.#tick(),
    });
    const routes = new KernelRoutes();
    this.#running = { host, kernel, policies: new PolicyTable(kernel), routes, listener };
    routes.start();
  }

  async allocateSpi(local: IpAddress, remote: IpAddress): Promise<Spi> {
    const spi = this.#started().kernel.allocateSpi({ source: remote, destination: local, mode: 'tunnel', reqid: 0 });
    this.#reserved.set(spi, local);
    return spi;
  }
  async releaseSpi(spi: Spi): Promise<void> {
    const destination = this.#reserved.get(spi);
    this.#reserved.delete(spi);
    if (destination !== undefined) this.#started().kernel.deleteState({ destination, spi });
  }

  async guard(traffic: GuardedTraffic): Promise<void> {
    const { policies, routes } = this.#started();
    const name = guardName(traffic.connection, traffic.tunnel);
    this.#reqids.release(name);
    const reqid = this.#reqids.of(trafficKey(traffic), name);
    const wish: Wish =
      traffic.without === 'block' ? { action: 'block' } : { action: 'allow', template: { reqid, mode: 'tunnel' } };
    const own = ownTraffic(traffic);
    if (own !== undefined)
      policies.hold({ name: `${name} own`, rank: 'bypass' }, wishes(own, ALL, { action: 'allow' }));
    policies.hold({ name, rank: 'guard' }, wishes(traffic, ALL, wish));
    if (own === undefined) policies.release(`${name} own`);
    this.#guards.set(name, traffic);
    routes.guard(name, traffic);
  }
  async unguard(connection: string, tunnel: string): Promise<void> {
    const { policies, routes } = this.#started();
    const name = guardName(connection, tunnel);
    this.#guards.delete(name);
    policies.release(name);
    policies.release(`${name} own`);
    this.#reqids.release(name);
    routes.release(name);
  }

  async installInbound(sa: EspSa): Promise<void> {
    const { kernel, policies } = this.#started();
    const name = saName(sa.pair, 'inbound');
    const reqid = this.#reqids.of(trafficKey(trafficOf(sa)), name);
    kernel.addInbound(stateOf(sa, reqid));
    this.#reserved.delete(sa.spi);
    this.#states.add(withoutKeys(sa), reqid);
    policies.hold({ name, rank: 'sa' }, inboundWishes(sa, reqid));
  }
  async installOutbound(sa: EspSa): Promise<void> {
    const { kernel, policies, routes } = this.#started();
    const name = saName(sa.pair, 'outbound');
    const reqid = this.#reqids.of(trafficKey(trafficOf(sa)), name);
    kernel.addState(stateOf(sa, reqid));
    this.#states.add(withoutKeys(sa), reqid);
    policies.hold({ name, rank: 'sa' }, outboundWishes(sa, sa, reqid));
    routes.guard(name, { ...trafficOf(sa), through: sa.remote.address });
  }

  /** A new port is an update of the states in place; a new address takes a migration, which the kernel does with keys and counts as they are. */
  async move(pair: number, ends: SaEnds): Promise<void> {
    const { policies } = this.#started();
    for (const direction of ['inbound', 'outbound'] as const) {
      const state = this.#states.get(pair, direction);
      if (state === undefined) continue;
      this.#moveState(state, ends);
      this.#states.move(state, ends);
      if (direction === 'outbound') {
        const name = saName(pair, direction);
        policies.hold({ name, rank: 'sa' }, outboundWishes(state.sa, ends, state.reqid));
      }
    }
  }

  async remove(pair: number, direction: 'inbound' | 'outbound'): Promise<void> {
    const { kernel, policies, routes } = this.#started();
    const state = this.#states.take(pair, direction);
    const name = saName(pair, direction);
    policies.release(name);
    routes.release(name);
    this.#reqids.release(name);
    if (state !== undefined) kernel.deleteState(state.id);
  }
  async counters(pair: number): Promise<{ readonly inbound?: EspCounters; readonly outbound?: EspCounters }> {
    const inbound = this.#countersOf(pair, 'inbound');
    const outbound = this.#countersOf(pair, 'outbound');
    return { ...(inbound && { inbound }), ...(outbound && { outbound }) };
  }
  drops(): Readonly<Record<EspDropReason, number>> {
    return this.#drops.snapshot();
  }
  /** The kernel takes ESP from the sockets itself; what reaches IKE is none. */
  deliver(_packet: Uint8Array, _local: UdpEndpoint, _remote: UdpEndpoint): void {}

  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    await running.listener.close();
    for (const { id } of this.#states.all()) running.kernel.deleteState(id);
    for (const [spi, destination] of this.#reserved) running.kernel.deleteState({ destination, spi });
    this.#states.clear();
    running.policies.close();
    running.routes.close();
    running.kernel.close();
  }

  #countersOf(pair: number, direction: 'inbound' | 'outbound'): EspCounters | undefined {
    const state = this.#states.get(pair, direction);
    return state && this.#started().kernel.counters(state.id);
  }

  #moveState({ sa, reqid }: InstalledState, ends: SaEnds): void {
    const { kernel, policies } = this.#started();
    const from = sidesOf(sa.direction, sa);
    const to = sidesOf(sa.direction, ends);
    const stays = from.source.address === to.source.address && from.destination.address === to.destination.address;
    if (stays) return kernel.updateState(movedState(sa, ends, reqid));
    const direction = sa.direction === 'inbound' ? 'in' : 'out';
    const [policy] = policyIds(trafficOf(sa), direction);
    if (policy === undefined) return;
    // The kernel finds the states by the addresses of the policy's template, so that it has to have them.
    const name = saName(sa.pair, sa.direction);
    const exact = { source: from.source.address, destination: from.destination.address, reqid, mode: sa.mode };
    if (direction === 'in') policies.hold({ name, rank: 'sa' }, inboundWishes(sa, reqid, exact));
    kernel.migrate(policy, {
      from: { source: from.source.address, destination: from.destination.address },
      to: { source: to.source.address, destination: to.destination.address },
      reqid,
      mode: sa.mode,
      encap: sa.encapsulation === 'udp' ? encapOf(to.source, to.destination) : undefined,
    });
    if (direction === 'in') policies.hold({ name, rank: 'sa' }, inboundWishes(sa, reqid));
  }

  #heard(notice: XfrmNotice | undefined): void {
    if (notice === undefined) return;
    if (notice.type === 'acquire') return this.#acquired(notice.policy);
    const sa = this.#states.find(notice.state)?.sa;
    if (sa === undefined) return;
    const { pair, spi } = sa;
    if (notice.type === 'expire') return this.#running?.host.emit({ type: 'expired', pair, spi, hard: notice.hard });
    if (sameEndpoint(notice.remote, sa.remote) || this.#told.has(pair)) return;
    this.#told.add(pair);
    this.#running?.host.emit({ type: 'moved', pair, spi, remote: notice.remote });
  }

  /** Whoever guards the policy that a packet met. */
  #acquired(policy: XfrmPolicyId): void {
    for (const name of this.#running?.policies.holders(policy) ?? []) {
      const guard = this.#guards.get(name);
      if (guard === undefined) continue;
      const { connection, tunnel } = guard;
      this.#running?.host.emit({ type: 'acquire', connection, tunnel });
    }
  }

  /** The kernel does not say when a state is used for the first time, so new ones are looked at for a while. */
  #tick(): void {
    this.#told.clear();
    const { kernel, host } = this.#started();
    for (const state of this.#states.all()) {
      if (state.looks === 0) continue;
      state.looks--;
      const { pair, spi } = state.sa;
      if ((kernel.counters(state.id)?.packets ?? 0) === 0) continue;
      state.looks = 0;
      host.emit({ type: 'inbound-used', pair, spi });
    }
  }

  /** Events were lost: a state of ours that is gone has expired. */
  #lookAtAll(): void {
    const { kernel, host } = this.#started();
    for (const { id, sa } of this.#states.all())
      if (kernel.counters(id) === undefined) host.emit({ type: 'expired', pair: sa.pair, spi: sa.spi, hard: true });
  }

  #started(): Running {
    if (this.#running === undefined)
      throw new IkeError('BACKEND_FAILED', { what: 'kernel back end', reason: 'it is not started' });
    return this.#running;
  }
}

const guardName = (connection: string, tunnel: string): string => JSON.stringify(['guard', connection, tunnel]);
const saName = (pair: number, direction: string): string => `pair ${pair} ${direction}`;

const wishes = (
  traffic: Traffic,
  directions: readonly XfrmDirection[],
  wish: Wish,
): (readonly [XfrmPolicyId, Wish])[] =>
  directions.flatMap((direction) => policyIds(traffic, direction).map((id) => [id, wish] as const));

/** Packets have to have come through a state of this tunnel, from wherever its peer is by then. */
const inboundWishes = (sa: Omit<EspSa, 'keys'>, reqid: number, template: Wish['template'] = { reqid, mode: sa.mode }) =>
  wishes(trafficOf(sa), sa.mode === 'tunnel' ? ['in', 'fwd'] : ['in'], { action: 'allow', template });

const outboundWishes = (sa: Omit<EspSa, 'keys'>, { local, remote }: SaEnds, reqid: number) =>
  wishes(trafficOf(sa), ['out'], {
    action: 'allow',
    template: { source: local.address, destination: remote.address, reqid, mode: sa.mode },
  });

const sidesOf = (direction: EspSa['direction'], { local, remote }: SaEnds) =>
  direction === 'inbound' ? { source: remote, destination: local } : { source: local, destination: remote };

function withoutKeys(sa: EspSa): Omit<EspSa, 'keys'> {
  const { keys: _keys, ...rest } = sa;
  return rest;
}
