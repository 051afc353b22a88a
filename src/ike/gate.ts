import type { IpAddress } from '../base/address.ts';
import { BoundedMap } from '../base/bounded.ts';
import { earlier, type Instant } from '../base/instant.ts';
import type { Rate } from '../base/token-bucket.ts';
import type { Connection } from './connection.ts';
import { HalfOpen, type Newcomer, type Origin, sourceOf } from './half-open.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { KeyExchanges } from './key-exchanges.ts';
import type { Phase1Exchange } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import { Reassembly } from './reassembly.ts';
import { SignatureWork } from './signature-work.ts';
import { SourceBudget } from './source-budget.ts';

/** Ours: who comes back within so many other proofs is known still. */
const REMEMBERED_PROOFS = 1024;

/** Ours: refusals of first messages that are told, to the peer and to people. Somebody who tries again every second is told each time. */
const TOLD_EACH: Rate = { burst: 4, perSecond: 1 };
const TOLD_ALL: Rate = { burst: 64, perSecond: 16 };

/** What is kept about those that have proved nothing yet, and the bounds on it. */
export class Gate {
  readonly halfOpen: HalfOpen;
  readonly keyExchanges: Readonly<Record<Phase1Exchange, KeyExchanges>>;
  readonly signatures = new SignatureWork();
  /** Fragments prove nothing either, whoever they seem to be of. */
  readonly reassembly: Reassembly;
  readonly #refusals: Readonly<Record<Origin, SourceBudget>> = {
    known: new SourceBudget(TOLD_EACH, TOLD_ALL),
    stranger: new SourceBudget(TOLD_EACH, TOLD_ALL),
  };
  /** Addresses from which peers have proved themselves: who renews an SA from there, or comes back, is no stranger. */
  readonly #acquaintances = new BoundedMap<IpAddress, true>(REMEMBERED_PROOFS);

  constructor({ limits, random }: Pick<Settings, 'limits' | 'random'>) {
    this.halfOpen = new HalfOpen(limits, random);
    this.keyExchanges = { main: new KeyExchanges(limits), aggressive: new KeyExchanges(limits) };
    this.reassembly = new Reassembly(limits, random);
  }

  /** When something of it has had its time. */
  deadline(): Instant | undefined {
    return earlier(this.halfOpen.deadline(), this.reassembly.deadline());
  }

  /** Somebody with an address, for the connections that it leaves possible. */
  newcomer(address: IpAddress, candidates: readonly Connection[]): Newcomer {
    const named = candidates.some(({ caller }) => caller.addresses.includes(address));
    const origin = named || this.#acquaintances.has(address) ? 'known' : 'stranger';
    return { origin, source: sourceOf(address, origin) };
  }

  /** Whether a refusal of this first message is told. */
  mayTell({ origin, source }: Newcomer, now: Instant): boolean {
    return this.#refusals[origin].take(source, now);
  }

  /** The peer of an SA has proved itself, in either role. */
  proved(sa: IsakmpSa): void {
    const { address } = sa.channel.remote;
    // Anew, so that the one that proved itself longest ago is forgotten first.
    this.#acquaintances.delete(address);
    this.#acquaintances.set(address, true);
    sa.channel.signatures?.proved();
    sa.channel.signatures = undefined;
    const entry = this.halfOpen.entryOf(sa);
    if (entry === undefined) return;
    this.halfOpen.delete(sa);
    this.keyExchanges[sa.exchange].proved(entry);
  }
}
