import type { IpAddress } from '../base/address.ts';
import { after, earlier, type Instant, seconds } from '../base/instant.ts';
import { isFixed } from '../base/local-address.ts';
import { isPlace } from '../base/remote-address.ts';
import type { Connection } from './connection.ts';
import { endAllOf } from './death.ts';
import type { Ends } from './ends.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { peerOf, standingIn, type StandingSa } from './peer.ts';
import type { Received } from './received.ts';

/** Ours: whoever has not answered three questions, a second apart, from our new address has not followed us. */
const ASK_AGAIN = seconds(1);
const QUESTIONS = 3;

/**
 * Where we are ourselves, while SAs of one connection stand: what happens when this machine has other addresses, or the ways to
 * the peers begin elsewhere (docs/decisions/0051).
 *
 * A peer that sees us behind a NAT follows an authentic message (RFC 3947 §7): the SAs go along as they are, and the peer is asked
 * whether it has. Where it has not, and where there is no NAT, all SAs with it end and are negotiated anew; a peer that comes by itself
 * is told by Deletes from the new address, under the old keys. Where there is no way at all everything stays: the old address may come back.
 */
export class Roaming {
  readonly #connection: Connection;
  /** Peers that have said nothing yet to where we are now. */
  readonly #unheard = new Map<string, { asks: number; next: Instant }>();

  constructor(host: Connection) {
    this.#connection = host;
  }

  /** Our addresses or the ways to peers may be others than before. An attempt that waits for its time is made at once. */
  lookAround(now: Instant): void {
    this.#connection.attempts.hasten(now);
    for (const [peer, { remote }] of this.#places())
      this.#find(remote.address, (local, at) => this.#found(peer, local, at));
    for (const sa of this.#connection.sas)
      if (sa.established === undefined && sa.channel.role === 'initiator')
        this.#find(sa.channel.remote.address, (local, at) => this.#foundFor(sa, local, at));
  }

  /** An authentic message, no replay. */
  heard(sa: IsakmpSa, { local }: Pick<Received, 'local'>): void {
    if (this.#unheard.size > 0 && local.address === sa.channel.local.address) this.#unheard.delete(peerOf(sa));
  }

  deadline(): Instant | undefined {
    let at: Instant | undefined;
    for (const { next } of this.#unheard.values()) at = earlier(at, next);
    return at;
  }

  tick(now: Instant): void {
    for (const [peer, unheard] of [...this.#unheard]) {
      if (unheard.next > now) continue;
      const { remote, local } = this.#places().get(peer) ?? {};
      if (remote === undefined || local === undefined) this.#unheard.delete(peer);
      else if (unheard.asks >= QUESTIONS) this.#beginAnew(peer, local.address, local.address, now);
      else this.#ask(peer, unheard.asks, now);
    }
  }

  /** Where there is anything with each peer. */
  #places(): ReadonlyMap<string, Ends> {
    const places = new Map<string, Ends>();
    for (const { peer, local, remote } of this.#connection.pairs.values()) places.set(peer, { local, remote });
    for (const sa of standingIn(this.#connection.sas)) places.set(peerOf(sa), sa.channel);
    return places;
  }

  /** An address that was told to be ours stays, whatever the routes say. */
  #find(remote: IpAddress, found: (local: IpAddress, now: Instant) => void): void {
    const { local } = this.#connection.policy;
    if (isFixed(local.address)) return;
    this.#connection.find({ kind: 'locate-peer', peer: remote, local: local.address }, (result, now) => {
      const [place] = result.kind === 'locate-peer' ? result.places : [];
      if (place !== undefined) found(place.local, now);
    });
  }

  #found(peer: string, local: IpAddress, now: Instant): void {
    const from = this.#places().get(peer)?.local.address;
    if (from === undefined || from === local || !this.#leaves(from)) return;
    const sa = this.#connection.standingWith(peer);
    if (sa !== undefined && this.#mayFollow(peer, sa)) this.#goAlong(peer, from, local, now);
    else this.#beginAnew(peer, from, local, now);
  }

  /** An attempt under way from where we are no longer is made from where we are. */
  #foundFor(sa: IsakmpSa, local: IpAddress, now: Instant): void {
    if (!this.#connection.sas.has(sa) || sa.established !== undefined || sa.channel.local.address === local) return;
    this.#connection.endSa(sa, 'moved', now, false);
    if (this.#connection.attempts.wanted) this.#connection.caller.call(now);
  }

  /** A peer that came to an address of ours is answered from there as long as we have it. */
  #leaves(from: IpAddress): boolean {
    return this.#connection.caller.from === from || !this.#connection.own.some(({ address }) => address === from);
  }

  /** Interop: also where we see a NAT before the peer: charon in user space shows one that is not there. It is asked in any case. */
  #mayFollow(peer: string, { established: { nat, peer: said } }: StandingSa): boolean {
    const pairs = [...this.#connection.pairs.values()].filter((pair) => pair.peer === peer);
    return (
      nat.encapsulate && nat.localBehindNat && said.dpd && pairs.every(({ agreement }) => agreement.mode === 'tunnel')
    );
  }

  #goAlong(peer: string, from: IpAddress, address: IpAddress, now: Instant): void {
    const { ipsec, pairs } = this.#connection;
    this.#moveSas(peer, address);
    for (const { peer: whose, local, remote } of [...pairs.values()])
      if (whose === peer && local.address !== address)
        ipsec.move(peer, remote, { local: { ...local, address }, remote });
    this.#moved(peer, from, address, 'in-place');
    this.#ask(peer, 0, now);
  }

  #ask(peer: string, asks: number, now: Instant): void {
    this.#unheard.set(peer, { asks: asks + 1, next: after(now, ASK_AGAIN) });
    this.#connection.watch.ask(peer, now);
  }

  #beginAnew(peer: string, from: IpAddress, address: IpAddress, now: Instant): void {
    const { attempts, caller, policy } = this.#connection;
    this.#unheard.delete(peer);
    this.#moveSas(peer, address);
    this.#moved(peer, from, address, 'renegotiation');
    // Interop: told by Deletes, charon with `close_action = start` begins at the same moment as we, and two pairs come up. INITIAL-CONTACT,
    // which goes along where we hold nothing with a peer, ends what it has, and nothing follows from that.
    const calls = isPlace(policy.remote.address) && !attempts.takenDown;
    endAllOf(this.#connection, peer, { reason: 'moved', tell: !calls }, now);
    if (!calls) return;
    attempts.wantAtLeast();
    caller.call(now);
  }

  #moveSas(peer: string, address: IpAddress): void {
    for (const { channel } of [...this.#connection.sas].filter((sa) => peerOf(sa) === peer))
      channel.move({ local: { ...channel.local, address }, remote: channel.remote });
  }

  #moved(peer: string, from: IpAddress, to: IpAddress, how: 'in-place' | 'renegotiation'): void {
    const { outbox, policy } = this.#connection;
    outbox.event({ name: 'connection.moved', connection: policy.name, peer, from, to, how });
  }
}
