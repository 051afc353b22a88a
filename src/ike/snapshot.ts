import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { hex32, toHex } from '../base/bytes.ts';
import { identityText } from '../base/identity.ts';
import { between, type Instant } from '../base/instant.ts';
import { selectorText } from '../base/selector.ts';
import { espSuiteText } from '../crypto/esp-transforms.ts';
import type { Connection } from './connection.ts';
import type { Death } from './death.ts';
import type { DropReason, Failure, Role } from './events.ts';
import { failureOf } from './failure.ts';
import type { HalfOpen, Standing } from './half-open.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { NetworkSettings } from './negotiate/network-settings.ts';
import type { TunnelPolicy } from './negotiate/policy.ts';
import { isTemplate, mostPeers, peersOf } from './room.ts';
import type { TroublesSnapshot } from './troubles.ts';
import { type LivenessSnapshot, livenessSnapshot } from './watch.ts';

/** The state of an endpoint at one moment: plain data, no secrets. Times are milliseconds of the engine's clock, or spans of it. */
export interface EndpointSnapshot {
  readonly connections: readonly ConnectionSnapshot[];
  /** ISAKMP SAs in which we are the responder and the peer has not proved itself. */
  readonly halfOpen: number;
  /** The same by what is known of the peer: whether its address is known, from a connection or a proof, and whether it was shown to be its own. */
  readonly halfOpenByStanding: Readonly<Record<Standing, number>>;
  readonly drops: Readonly<Record<DropReason, number>>;
}

export interface ConnectionSnapshot extends TroublesSnapshot {
  readonly name: string;
  /** Whether attempts go on until it is up. */
  readonly wanted: boolean;
  /** Taken down by a command: until it is wanted or allowed again, the peer is not let in either. */
  readonly takenDown: boolean;
  /** `up` when every tunnel is; `partly-up` when some are. */
  readonly state: 'down' | 'negotiating' | 'partly-up' | 'up';
  readonly phase1: readonly Phase1Snapshot[];
  readonly tunnels: readonly TunnelSnapshot[];
  /** Of a connection that is for several peers: how many it has, and may have at most. */
  readonly peers?: { readonly count: number; readonly most: number };
  readonly nextAttemptInMilliseconds?: number;
  /** Whether each peer is alive, as far as is known. */
  readonly liveness: readonly LivenessSnapshot[];
  /** The peer that was found dead last, by what, and what became of its tunnels. */
  readonly lastDeath?: Death & { readonly agoMilliseconds: number };
}

export interface Phase1Snapshot {
  readonly state: string;
  readonly role: Role;
  readonly initiatorCookie: string;
  readonly responderCookie: string;
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
  /** What unproved messages say about why it does not get on. */
  readonly hint?: Failure;
  readonly established?: {
    readonly peerId: string;
    readonly cipher: string;
    readonly hash: string;
    readonly group: string;
    readonly sinceMilliseconds: number;
    readonly expiresInMilliseconds: number;
    readonly nat: {
      readonly localBehindNat: boolean;
      readonly remoteBehindNat: boolean;
      readonly encapsulated: boolean;
      readonly dialect?: string;
    };
    readonly dpd: boolean;
    readonly vendorIds: readonly string[];
    /** By XAUTH: who the peer is, or who we are to it. */
    readonly user?: string;
    /** By Mode Config: the peer's address of our pool, or ours of the peer's. */
    readonly assigned?: readonly IpAddress[];
    /** What else the peer has told us by Mode Config. */
    readonly settings?: NetworkSettings;
  };
}

export interface TunnelSnapshot {
  readonly name: string;
  /** A tunnel is up when its phase 2 is. */
  readonly state: 'down' | 'negotiating' | 'up';
  readonly local: string;
  readonly remote: string;
  readonly pairs: readonly PairSnapshot[];
}

export interface PairSnapshot {
  readonly pair: number;
  readonly role: Role;
  readonly peer: string;
  /** Hexadecimal, eight digits. */
  readonly inboundSpi: string;
  readonly outboundSpi: string;
  readonly suite: string;
  readonly pfs?: string;
  readonly mode: 'tunnel' | 'transport';
  readonly encapsulation: 'none' | 'udp';
  readonly sinceMilliseconds: number;
  readonly expiresInMilliseconds: number;
}

export function snapshotOf(
  endpoint: {
    readonly connections: ReadonlyMap<string, Connection>;
    readonly gate: { readonly halfOpen: Pick<HalfOpen, 'all' | 'counts'> };
    readonly drops: Record<DropReason, number>;
  },
  now: Instant,
): EndpointSnapshot {
  const halfOpen = [...endpoint.gate.halfOpen.all()];
  const connections = [...endpoint.connections.values()].map((connection) => {
    // A peer that has not proved itself yet counts for nothing, but what it runs into is worth seeing at once.
    const unproved = halfOpen.filter(
      (sa) => sa.channel.connection === connection.policy.name && !connection.sas.has(sa),
    );
    return connectionSnapshot(connection, unproved, now);
  });
  const { counts: halfOpenByStanding } = endpoint.gate.halfOpen;
  return { connections, halfOpen: halfOpen.length, halfOpenByStanding, drops: { ...endpoint.drops } };
}

function connectionSnapshot(connection: Connection, unproved: readonly IsakmpSa[], now: Instant): ConnectionSnapshot {
  const { policy, attempts, troubles } = connection;
  const phase1 = [...connection.sas].map((sa) => phase1Snapshot(sa, now));
  const tunnels = connection.ipsec.tunnels.map((tunnel) => tunnelSnapshot(connection, tunnel, now));
  return {
    name: policy.name,
    wanted: attempts.wanted,
    takenDown: attempts.takenDown,
    // Strangers' attempts do not make a state.
    state: stateOf(phase1, tunnels),
    phase1: [...phase1, ...unproved.map((sa) => phase1Snapshot(sa, now))],
    tunnels,
    ...(isTemplate(policy) ? { peers: { count: peersOf(connection).size, most: mostPeers(connection) } } : {}),
    ...troubles.snapshot(now),
    liveness: [...connection.watch.peers].map(([peer, liveness]) => livenessSnapshot(peer, liveness, now)),
    ...deathSnapshot(connection, now),
    ...(attempts.next === undefined ? {} : { nextAttemptInMilliseconds: between(now, attempts.next) }),
  };
}

function deathSnapshot({ watch: { lastDeath } }: Connection, now: Instant): Pick<ConnectionSnapshot, 'lastDeath'> {
  if (lastDeath === undefined) return {};
  const { at, ...death } = lastDeath;
  return { lastDeath: { ...death, agoMilliseconds: between(at, now) } };
}

function stateOf(phase1: readonly Phase1Snapshot[], tunnels: readonly TunnelSnapshot[]): ConnectionSnapshot['state'] {
  const up = tunnels.filter(({ state }) => state === 'up').length;
  if (up > 0) return up === tunnels.length ? 'up' : 'partly-up';
  const busy =
    phase1.some(({ state }) => state !== 'established') || tunnels.some(({ state }) => state === 'negotiating');
  return busy ? 'negotiating' : 'down';
}

function phase1Snapshot({ channel, established, hint, phase1State }: IsakmpSa, now: Instant): Phase1Snapshot {
  const { role, cookies, local, remote } = channel;
  const both = { initiatorCookie: toHex(cookies.initiator), responderCookie: toHex(cookies.responder) };
  const base = { state: phase1State, role, ...both, local, remote };
  if (established === undefined) return hint === undefined ? base : { ...base, hint: failureOf(hint) };
  const { peerId, agreement, since, expires, nat, peer, user, assigned, settings } = established;
  const { localBehindNat, remoteBehindNat, encapsulate, dialect } = nat;
  return {
    ...base,
    established: {
      peerId: identityText(peerId),
      ...agreement.suite,
      sinceMilliseconds: between(since, now),
      expiresInMilliseconds: between(now, expires),
      nat: {
        localBehindNat,
        remoteBehindNat,
        encapsulated: encapsulate,
        ...(dialect === undefined ? {} : { dialect: dialect.name }),
      },
      dpd: peer.dpd,
      vendorIds: peer.vendorIds,
      ...(user === undefined ? {} : { user }),
      ...(assigned === undefined ? {} : { assigned }),
      ...(settings === undefined ? {} : { settings }),
    },
  };
}

function tunnelSnapshot(connection: Connection, tunnel: TunnelPolicy, now: Instant): TunnelSnapshot {
  const pairs = [...connection.pairs.values()]
    .filter((pair) => pair.tunnel === tunnel.name)
    .map((pair) => pairSnapshot(pair, now));
  const negotiating = [...connection.negotiations.values()].some((negotiation) => negotiation.tunnel === tunnel.name);
  const state = connection.isUp(tunnel.name) ? 'up' : negotiating ? 'negotiating' : 'down';
  return { name: tunnel.name, state, local: selectorText(tunnel.local), remote: selectorText(tunnel.remote), pairs };
}

function pairSnapshot(pair: IpsecPair, now: Instant): PairSnapshot {
  const { agreement, role, peer, since, expires } = pair;
  const { group } = agreement.suite;
  return {
    pair: pair.pair,
    role,
    peer,
    inboundSpi: hex32(pair.inboundSpi),
    outboundSpi: hex32(pair.outboundSpi),
    suite: espSuiteText(agreement.suite),
    ...(group === undefined ? {} : { pfs: group }),
    mode: agreement.mode,
    encapsulation: agreement.encapsulation,
    sinceMilliseconds: between(since, now),
    expiresInMilliseconds: between(now, expires),
  };
}
