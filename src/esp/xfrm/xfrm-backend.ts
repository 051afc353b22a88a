import { type IpAddress, sameEndpoint, type UdpEndpoint } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { NetlinkListener } from '../../linux/netlink-listener.ts';
import type { EspBackend, EspDropReason, EspHost, GuardedTraffic } from '../backend.ts';
import type { EspCounters, EspSa, SaEnds, Spi } from '../sa.ts';
import { addState } from './add-state.ts';
import { guardName, KernelGuards } from './guards.ts';
import { ANOTHER_GATEWAY, lockKernelEsp } from './kernel-lock.ts';
import { KernelDrops } from './drops.ts';
import { encapOf, movedState, trafficOf } from './installed-state.ts';
import { readNotice, type XfrmNotice } from './notices.ts';
import { NETLINK_XFRM, XFRM_GROUP } from './numbers.ts';
import { PolicyTable } from './policy-table.ts';
import type { XfrmPolicyId } from './policy.ts';
import { LARVAL_REQID, Reqids } from './reqids.ts';
import { resynchronise } from './resynchronise.ts';
import { KernelRoutes } from './routes.ts';
import { type InstalledState, StateTable } from './state-table.ts';
import { takeOver } from './takeover.ts';
import { policyIds, trafficKey } from './traffic.ts';
import { inboundWishes, outboundWishes, sidesOf } from './wishes.ts';
import { XfrmNetlink } from './xfrm-netlink.ts';

interface Running {
  readonly host: EspHost;
  readonly kernel: XfrmNetlink;
  readonly policies: PolicyTable;
  readonly guards: KernelGuards;
  readonly reqids: Reqids;
  readonly routes: KernelRoutes;
  readonly listener: NetlinkListener;
  readonly unlock: () => void;
}

/** ESP in the kernel, by XFRM over netlink. Needs CAP_NET_ADMIN, and IKE's sockets opened with `bypassPolicies` and, on the NAT-T port, `encap`. */
export function createKernelBackend(): EspBackend {
  return new XfrmBackend();
}

class XfrmBackend implements EspBackend {
  readonly name = 'kernel';
  readonly #states = new StateTable();
  readonly #reserved = new Map<Spi, IpAddress>();
  /** Pairs whose move was told since the last tick. */
  readonly #told = new Set<number>();
  readonly #drops = new KernelDrops();
  #running: Running | undefined;

  /** Gives back what it took where it fails. */
  async start(host: EspHost, first: readonly GuardedTraffic[] = []): Promise<void> {
    const unlock = lockKernelEsp();
    if (unlock === undefined) throw new IkeError('BACKEND_FAILED', { what: `ESP in the kernel: ${ANOTHER_GATEWAY}` });
    try {
      const { kernel, policies, reqids, routes } = (this.#running = this.#open(host, unlock));
      this.#drops.start();
      reqids.avoid(takeOver(kernel, policies));
      routes.start();
      for (const traffic of first) await this.guard(traffic);
      policies.forget();
    } catch (error) {
      if (this.#running === undefined) unlock();
      else await this.close();
      throw error;
    }
  }

  #open(host: EspHost, unlock: () => void): Running {
    const kernel = new XfrmNetlink();
    const policies = new PolicyTable(kernel);
    const reqids = new Reqids();
    const guards = new KernelGuards(policies, reqids);
    const routes = new KernelRoutes();
    const listener = new NetlinkListener({
      family: NETLINK_XFRM,
      groups: [XFRM_GROUP.ACQUIRE, XFRM_GROUP.EXPIRE, XFRM_GROUP.MAPPING],
      heard: (message) => this.#heard(readNotice(message)),
      lost: () => this.#resynchronise(),
      tick: () => this.#tick(),
    });
    return { host, kernel, policies, guards, reqids, routes, listener, unlock };
  }

  async allocateSpi(local: IpAddress, remote: IpAddress): Promise<Spi> {
    const spi = this.#started().kernel.allocateSpi({
      source: remote,
      destination: local,
      mode: 'tunnel',
      reqid: LARVAL_REQID,
    });
    this.#reserved.set(spi, local);
    return spi;
  }
  async releaseSpi(spi: Spi): Promise<void> {
    const destination = this.#reserved.get(spi);
    this.#reserved.delete(spi);
    if (destination !== undefined) this.#started().kernel.deleteState({ destination, spi });
  }

  async guard(traffic: GuardedTraffic): Promise<void> {
    const { guards, routes } = this.#started();
    guards.hold(traffic);
    routes.guard(guardName(traffic), traffic);
  }
  async unguard(connection: string, tunnel: string): Promise<void> {
    const { guards, routes } = this.#started();
    guards.release({ connection, tunnel });
    routes.release(guardName({ connection, tunnel }));
  }

  async installInbound(sa: EspSa): Promise<void> {
    const { kernel, policies, reqids } = this.#started();
    const name = saName(sa.pair, 'inbound');
    const reqid = reqids.of(trafficKey(trafficOf(sa)), name);
    addState(kernel, sa, reqid);
    this.#reserved.delete(sa.spi);
    this.#states.add(withoutKeys(sa), reqid);
    policies.hold({ name, rank: 'sa' }, inboundWishes(sa, reqid));
  }
  async installOutbound(sa: EspSa): Promise<void> {
    const { kernel, policies, reqids, routes } = this.#started();
    const name = saName(sa.pair, 'outbound');
    const reqid = reqids.of(trafficKey(trafficOf(sa)), name);
    addState(kernel, sa, reqid);
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
    const { guards, kernel, policies, reqids, routes } = this.#started();
    const state = this.#states.take(pair, direction);
    const name = saName(pair, direction);
    if (state !== undefined && direction === 'outbound') guards.renew(state.sa);
    policies.release(name);
    routes.release(name);
    reqids.release(name);
    if (state !== undefined) kernel.deleteState(state.id);
  }
  /** States and policies do not go with a link or an address; the routes to them do. */
  async networkChanged(): Promise<void> {
    this.#started().routes.renew();
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
    try {
      for (const { id } of this.#states.all()) running.kernel.deleteState(id);
      for (const [spi, destination] of this.#reserved) running.kernel.deleteState({ destination, spi });
      this.#states.clear();
      running.policies.close();
      running.routes.close();
    } finally {
      running.kernel.close();
      running.unlock();
    }
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
    const { guards, host, policies } = this.#started();
    for (const { connection, tunnel } of guards.among(policies.holders(policy)))
      host.emit({ type: 'acquire', connection, tunnel });
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

  #resynchronise(): void {
    const { guards, host, kernel, policies } = this.#started();
    for (const event of resynchronise(kernel, { policies, guards, states: this.#states })) host.emit(event);
  }

  #started(): Running {
    if (this.#running === undefined)
      throw new IkeError('BACKEND_FAILED', { what: 'kernel back end', reason: 'it is not started' });
    return this.#running;
  }
}

const saName = (pair: number, direction: string): string => `pair ${pair} ${direction}`;

function withoutKeys(sa: EspSa): Omit<EspSa, 'keys'> {
  const { keys: _keys, ...rest } = sa;
  return rest;
}
