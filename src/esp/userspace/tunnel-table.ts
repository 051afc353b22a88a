import type { Instant } from '../../base/instant.ts';
import { sameSelector, selectorWithin, type TrafficSelector } from '../../base/selector.ts';
import type { GuardedTraffic } from '../backend.ts';
import type { InnerPacket } from './inner-packet.ts';
import type { OutboundSa } from './sa-state.ts';
import { SelectorMatch, selectorSize } from './selector-match.ts';

/** What is known about one pair of selectors of one tunnel. */
export interface TunnelEntry {
  readonly connection: string;
  readonly tunnel: string;
  readonly local: TrafficSelector;
  readonly remote: TrafficSelector;
  /** What happens without an SA; absent where nobody guards. */
  guard?: GuardedTraffic['without'] | undefined;
  /** Newest first. */
  readonly outbound: OutboundSa[];
  /** When this tunnel was last asked for. */
  askedAt?: Instant | undefined;
}

interface Row extends TunnelEntry {
  readonly size: bigint;
  readonly localMatch: SelectorMatch;
  readonly remoteMatch: SelectorMatch;
  /** The local network where it is part of the remote one: routes lead round the tunnel to it. */
  readonly within: SelectorMatch | undefined;
}

/**
 * Which tunnel an outbound packet belongs to: the decision of RFC 4301 §5.1 over guards and SAs together, most specific remote
 * network first, so that a tunnel that is down never lends its packets to a wider one that is up.
 */
export class TunnelTable {
  #rows: Row[] = [];
  /** The connections that forward. */
  readonly #forwarding = new Set<string>();

  find(packet: InnerPacket, bytes: Uint8Array): TunnelEntry | undefined {
    return this.#find(packet, bytes);
  }

  /**
   * Whether a packet that came out of a tunnel of this connection would go on into one that it may not enter: both connections have to
   * forward, where it is one too. What has arrived enters none.
   */
  separates(connection: string, packet: InnerPacket, bytes: Uint8Array): boolean {
    const row = this.#find(packet, bytes);
    if (row === undefined) return false;
    if (row.within?.fits(packet.version, bytes, packet.destinationAt, packet.protocol, packet.destinationPort) === true)
      return false;
    return !(this.#forwarding.has(connection) && this.#forwarding.has(row.connection));
  }

  #find(packet: InnerPacket, bytes: Uint8Array): Row | undefined {
    const { version, protocol } = packet;
    for (const row of this.#rows) {
      if (!row.remoteMatch.fits(version, bytes, packet.destinationAt, protocol, packet.destinationPort)) continue;
      if (row.localMatch.fits(version, bytes, packet.sourceAt, protocol, packet.sourcePort)) return row;
    }
    return undefined;
  }

  guard(traffic: GuardedTraffic): void {
    this.unguard(traffic.connection, traffic.tunnel);
    const row = this.#row(traffic.connection, traffic.tunnel, traffic.local, traffic.remote);
    row.guard = traffic.without;
    if (traffic.forwards === true) this.#forwarding.add(traffic.connection);
    else this.#forwarding.delete(traffic.connection);
    row.askedAt = undefined;
  }

  unguard(connection: string, tunnel: string): void {
    for (const row of this.#rows) if (row.connection === connection && row.tunnel === tunnel) row.guard = undefined;
    this.#dropEmpty();
  }

  add(state: OutboundSa): void {
    const { connection, tunnel, localSelector, remoteSelector } = state.sa;
    this.#row(connection, tunnel, localSelector, remoteSelector).outbound.unshift(state);
  }

  remove(state: OutboundSa): void {
    for (const row of this.#rows) {
      const at = row.outbound.indexOf(state);
      if (at >= 0) row.outbound.splice(at, 1);
    }
    this.#dropEmpty();
  }

  #row(connection: string, tunnel: string, local: TrafficSelector, remote: TrafficSelector): Row {
    const known = this.#rows.find(
      (row) =>
        row.connection === connection &&
        row.tunnel === tunnel &&
        sameSelector(row.local, local) &&
        sameSelector(row.remote, remote),
    );
    if (known !== undefined) return known;
    const row: Row = {
      connection,
      tunnel,
      local,
      remote,
      outbound: [],
      size: selectorSize(remote),
      localMatch: new SelectorMatch(local),
      remoteMatch: new SelectorMatch(remote),
      within: selectorWithin(local, remote) ? new SelectorMatch({ ...local, protocol: 0, port: 0 }) : undefined,
    };
    this.#rows = [...this.#rows, row].sort(moreSpecific);
    return row;
  }

  #dropEmpty(): void {
    this.#rows = this.#rows.filter((row) => row.guard !== undefined || row.outbound.length > 0);
  }
}

/** Fewer addresses first; among equals, the ones for one protocol or port. */
function moreSpecific(a: Row, b: Row): number {
  if (a.size !== b.size) return a.size < b.size ? -1 : 1;
  return narrowness(b) - narrowness(a);
}

const narrowness = (row: Row): number =>
  [row.local.protocol, row.local.port, row.remote.protocol, row.remote.port].filter((value) => value !== 0).length;
