import { type IpAddress, sameEndpoint } from '../base/address.ts';
import type { Instant } from '../base/instant.ts';
import { isPlace } from '../base/remote-address.ts';
import type { Evidence } from '../dpd/liveness.ts';
import type { DeathAction } from '../dpd/policy.ts';
import type { Connection } from './connection.ts';
import type { Ends } from './ends.ts';
import type { EndReason } from './events.ts';
import { isKnown, peerOf } from './peer.ts';

/** Whether this machine had a way to the peer when it was found dead: "the peer is dead" and "we are cut off" look alike otherwise. */
export type Route =
  /** From this address of ours. */
  { readonly from: IpAddress } | 'none' | 'unknown';

/** What a peer was found dead by. */
export interface DeathEvidence extends Evidence {
  readonly route: Route;
}

/** Of whom, by what, and what became of its tunnels. */
export interface Death {
  readonly peer: string;
  readonly action: DeathAction;
  readonly evidence: DeathEvidence;
}

/**
 * A peer is dead: everything of it goes, in one step, and then what `dpd.action` says. It is told, in case it hears us and we do not hear it.
 * `hold`: traffic, a command or the peer bring it back, and nothing leaves meanwhile. `clear`: the same, and packets may leave in
 * clear, unless other peers of the connection stand. `restart`: new attempts at once, wherever the peer's name leads now.
 */
export function peerDied(connection: Connection, peer: string, evidence: DeathEvidence, now: Instant): void {
  const { policy, pairs, sas, attempts, outbox, watch, guarding } = connection;
  const action = watch.peers.get(peer)?.policy?.action ?? 'hold';
  outbox.event({ name: 'peer.dead', connection: policy.name, peer, action, ...evidence });
  watch.lastDeath = { peer, action, at: now, evidence };
  endAllOf(connection, peer, { reason: 'dead-peer', tell: true }, now);
  if (action === 'restart' && isPlace(policy.remote.address)) return connection.initiate(now);
  // Who has shown no user yet only claims to be a peer of ours.
  if (pairs.size > 0 || [...sas].some((sa) => sa.established === undefined || isKnown(sa))) return;
  attempts.leave();
  if (action === 'clear') guarding.lift();
}

/** Also what was begun with it, to renew what it has or to ask it. `tell`: by Deletes. */
export function endAllOf(
  connection: Connection,
  peer: string,
  { reason, tell }: { readonly reason: EndReason; readonly tell: boolean },
  now: Instant,
): void {
  const pairs = [...connection.pairs.values()].filter((pair) => pair.peer === peer);
  const sas = [...connection.sas].filter((sa) => peerOf(sa) === peer);
  const places = [...pairs, ...sas.map(({ channel }) => channel)].map(({ remote }) => remote);
  const isThere = ({ remote }: Ends): boolean => places.some((place) => sameEndpoint(place, remote));
  for (const pair of pairs) connection.endPair(pair, reason, tell);
  for (const sa of sas) connection.endSa(sa, reason, now, tell);
  for (const sa of [...connection.sas])
    if (sa.established === undefined && isThere(sa.channel)) connection.endSa(sa, reason, now, false);
}
