import { isNamedHost } from '../base/remote-address.ts';
import { sameEndpoint, type UdpEndpoint } from '../base/address.ts';
import type { Instant } from '../base/instant.ts';
import { type Rate, takeToken, type TokenBucket } from '../base/token-bucket.ts';
import type { Ends } from './ends.ts';
import type { Phase1Outcome } from './exchange/main-mode.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IpsecSas } from './ipsec-sas.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import type { Outbox } from './outbox.ts';
import { isStanding, peerOf, standingIn } from './peer.ts';

/** What has the SAs that follow. */
export interface FollowingHost {
  readonly policy: Pick<ConnectionPolicy, 'name' | 'remote'>;
  readonly ipsec: Pick<IpsecSas, 'move'>;
  readonly outbox: Outbox;
  readonly sas: ReadonlySet<IsakmpSa>;
  readonly pairs: ReadonlyMap<number, IpsecPair>;
}

/**
 * Ours: a NAT that is restarted moves a peer once, a flapping uplink now and then. Somebody on the path who lets packets of a peer leave
 * from many places, none of them a replay, makes us move no more often.
 */
const MOVES: Rate = { burst: 4, perSecond: 0.1 };

/**
 * RFC 3947 §7: a peer behind a NAT is followed to where its authentic packets come from, and the side behind the NAT does not follow.
 * Without a NAT nobody's address changes in the midst of an SA.
 */
export const follows = ({ encapsulate, localBehindNat, remoteBehindNat }: Phase1Outcome['nat']): boolean =>
  encapsulate && remoteBehindNat && !localBehindNat;

/** Where the peers of one connection are, while their SAs stand. */
export class Following {
  readonly #host: FollowingHost;
  readonly #budgets = new WeakMap<object, TokenBucket>();

  constructor(host: FollowingHost) {
    this.#host = host;
  }

  /** An authentic message of an SA, no replay, came between these ends. */
  seen(sa: IsakmpSa, { local, remote }: Ends, now: Instant): void {
    const { channel } = sa;
    if (!isStanding(sa) || !follows(sa.established.nat) || local.port !== channel.local.port) return;
    this.#follow(sa, { peer: peerOf(sa), local: channel.local, remote: channel.remote }, remote, now);
  }

  /** An authentic packet of a pair, no replay, came from there. */
  espSeen(pair: IpsecPair, remote: UdpEndpoint, now: Instant): void {
    if (pair.follows) this.#follow(pair, pair, remote, now);
  }

  /** Everything of a peer that is at one place goes to another, in one step. */
  move(peer: string, from: UdpEndpoint, to: Ends): void {
    const { policy, ipsec, outbox } = this.#host;
    for (const sa of standingIn(this.#host.sas)) {
      if (peerOf(sa) !== peer || !sameEndpoint(sa.channel.remote, from)) continue;
      sa.channel.local = to.local;
      sa.channel.remote = to.remote;
    }
    ipsec.move(peer, from, to);
    outbox.event({ name: 'peer.moved', connection: policy.name, peer, from, to: to.remote });
  }

  /**
   * A peer with a name has proved itself where it is now: what it has elsewhere goes there too. Whether there was anything, and it is for
   * us to renew it, because the peer may have lost it with its old address.
   */
  gather(sa: IsakmpSa): boolean {
    const { channel } = sa;
    const { local, remote } = channel;
    const peer = peerOf(sa);
    if (!isStanding(sa) || !isNamedHost(this.#host.policy.remote.address)) return false;
    const left = [...this.#host.pairs.values()].filter(
      (pair) => pair.peer === peer && pair.remote.address !== remote.address,
    );
    for (const pair of left) {
      if (pair.remote.address === remote.address) continue;
      // Without a NAT the SA stays on the port of IKE, and ESP in UDP goes where it went.
      const to = sa.established.nat.encapsulate
        ? { local, remote }
        : { local: { ...pair.local, address: local.address }, remote: { ...pair.remote, address: remote.address } };
      this.move(peer, pair.remote, to);
    }
    return left.length > 0 && channel.role === 'initiator';
  }

  #follow(whose: object, at: Ends & { readonly peer: string }, to: UdpEndpoint, now: Instant): void {
    const { peer, local, remote: from } = at;
    if (sameEndpoint(from, to)) return;
    const { taken, bucket } = takeToken(MOVES, this.#budgets.get(whose), now);
    this.#budgets.set(whose, bucket);
    if (taken) this.move(peer, from, { local, remote: to });
  }
}
