import { sameEndpoint } from '../base/address.ts';
import type { Instant } from '../base/instant.ts';
import type { Connection } from './connection.ts';
import { espDelete } from './exchange/informational.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { othersWithPeer } from './peer.ts';

/**
 * INITIAL-CONTACT, RFC 2407 §4.6.3.3: the peer holds no other SA with us, so what it held before it was asked for this phase 1 it has
 * lost. Nothing else: where both sides begin at once, the peer may come to hold the other one after it has said so. A pair that we began
 * it held as half of a Quick Mode before it stood here.
 */
export function forgetOthers(connection: Connection, sa: IsakmpSa, now: Instant): void {
  const isLost = (held: Instant | undefined): boolean => held !== undefined && held < sa.created;
  const others = othersWithPeer(connection.sas, sa).filter(({ established }) => isLost(established.provedAt));
  const pairs = connection.ipsec.pairsOf(sa).filter(({ since }) => isLost(since));
  for (const pair of pairs) connection.endPair(pair, 'initial-contact', false);
  for (const other of others) connection.endSa(other, 'initial-contact', now, false);
}

/**
 * A peer has proved itself that stands already, somewhere else: it goes from there, or we say that it may not stand here.
 * It is told of what ends both there and here, because it may be one device that moved, and would send into nothing.
 * Whom we have called ourselves is where we want it, so that is never turned away.
 */
export function takesPlace(connection: Connection, sa: IsakmpSa, now: Instant): boolean {
  const elsewhere = othersWithPeer(connection.sas, sa).filter(
    ({ channel }) => !sameEndpoint(channel.remote, sa.channel.remote),
  );
  if (elsewhere.length > 0 && connection.policy.unique === 'keep' && sa.channel.role === 'responder') return false;
  const left = connection.ipsec.pairsOf(sa);
  for (const other of elsewhere) {
    for (const { remote, inboundSpi } of left)
      if (sameEndpoint(remote, other.channel.remote)) other.inform(espDelete(inboundSpi));
    connection.endSa(other, 'displaced', now, true);
  }
  for (const pair of left)
    if (elsewhere.some(({ channel }) => sameEndpoint(pair.remote, channel.remote)))
      connection.endPair(pair, 'displaced', true);
  return true;
}
