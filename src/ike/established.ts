import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { concat, toHex } from '../base/bytes.ts';
import type { Instant } from '../base/instant.ts';
import type { Random } from '../base/random.ts';
import type { PeerProof } from './auth/proof.ts';
import type { Channel } from './channel.ts';
import type { Phase1Outcome } from './exchange/main-mode.ts';
import { type Life, lifeFrom } from './life.ts';
import type { NetworkSettings } from './negotiate/network-settings.ts';
import { sendsLast } from './last-message.ts';
import type { ConnectionPolicy, Phase1Exchange } from './negotiate/policy.ts';

/** An ISAKMP SA whose phase 1 is over. */
export interface Established extends Omit<Phase1Outcome, 'connection' | 'initialContact' | 'proof'>, Life {
  /** With Hybrid Authentication by XAUTH, and absent before that. */
  proof?: PeerProof;
  /** With the address in its tunnels that Mode Config has assigned. */
  connection: ConnectionPolicy;
  /** Also where the peer says so after phase 1. */
  initialContact: boolean;
  /** Who the user is that XAUTH has shown: the peer's, or ours where the peer asked. */
  user?: string;
  /** By Mode Config: the peer's addresses where we give, ours where we get; one of each IP version at most. */
  assigned?: readonly IpAddress[];
  /** What the peer has told us by Mode Config. */
  settings?: NetworkSettings;
  /** Where the peer was when it proved itself. */
  readonly place: UdpEndpoint;
  /** Last ciphertext block of phase 1: every later exchange derives its first IV from it (RFC 2409 App. B). */
  readonly lastBlock: Uint8Array;
}

/** It is established now, between the ends of the SA's channel. */
export function established(
  outcome: Phase1Outcome,
  lastBlock: Uint8Array,
  { channel: { role, cookies, remote }, exchange }: { readonly channel: Channel; readonly exchange: Phase1Exchange },
  now: Instant,
  random: Random,
): Established {
  const order = toHex(concat(cookies.initiator, cookies.responder));
  const { duration } = outcome.agreement.lifetime;
  const life = lifeFrom(now, { role, duration, renewal: outcome.connection.renewal, order, random });
  // A peer without DPD answers no question: it is taken for having it.
  const isProved = role !== sendsLast(exchange) || !outcome.peer.dpd;
  return { lastBlock, place: remote, ...outcome, ...life, provedAt: isProved ? now : undefined };
}
