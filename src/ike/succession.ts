import { earlier, type Instant } from '../base/instant.ts';
import type { EndReason } from './events.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { LastMessage } from './last-message.ts';
import { crowdedOut, supersede } from './life.ts';
import type { Settings } from './options.ts';
import { isStanding, othersWithPeer, type StandingSa } from './peer.ts';

/** What has the SAs. */
export interface SuccessionHost {
  readonly sas: ReadonlySet<IsakmpSa>;
  readonly settings: Settings;
  endSa(sa: IsakmpSa, reason: EndReason, now: Instant, tell: boolean): void;
}

/**
 * Which ISAKMP SA comes after which. One that the peer may not have replaces none: the peer may have the older ones only. It ends when it is
 * too late for the peer to get it (docs/decisions/0042).
 */
export class Succession {
  readonly #host: SuccessionHost;
  readonly #unproved = new WeakMap<IsakmpSa, LastMessage>();

  constructor(host: SuccessionHost) {
    this.#host = host;
  }

  /** A new one stands beside the older ones with its peer. */
  begin(sa: IsakmpSa, now: Instant): void {
    if (!isStanding(sa)) return;
    if (sa.established.proved) return this.#supersede(sa, now);
    const { settings } = this.#host;
    const times = { retransmit: settings.retransmit, linger: settings.limits.linger };
    this.#unproved.set(sa, new LastMessage(sa, times, settings.random, now));
    const older = othersWithPeer(this.#host.sas, sa);
    this.#end(older, crowdedOut(older.map(({ established }) => established)), now);
  }

  /** The peer has said something under an SA, so it has it. */
  heard(sa: IsakmpSa, now: Instant): void {
    if (sa.established === undefined || sa.established.proved) return;
    sa.established.proved = true;
    if (!isStanding(sa) || !this.#unproved.delete(sa)) return;
    this.#supersede(sa, now);
  }

  tick(now: Instant): void {
    for (const sa of [...this.#host.sas]) {
      const question = this.#unproved.get(sa);
      if (question !== undefined && question.end <= now) this.#host.endSa(sa, 'phase1-lost', now, true);
      else question?.tick(now);
    }
  }

  deadline(): Instant | undefined {
    let at: Instant | undefined;
    for (const sa of this.#host.sas) at = earlier(at, this.#unproved.get(sa)?.deadline());
    return at;
  }

  #supersede(sa: StandingSa, now: Instant): void {
    const older = othersWithPeer(this.#host.sas, sa);
    const lives = older.map(({ established }) => established);
    this.#end(older, supersede(lives, sa.created, now), now);
  }

  #end(sas: readonly StandingSa[], surplus: readonly StandingSa['established'][], now: Instant): void {
    for (const sa of sas) if (surplus.includes(sa.established)) this.#host.endSa(sa, 'replaced', now, true);
  }
}
