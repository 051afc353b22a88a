import { after, earlier, type Instant } from '../base/instant.ts';
import type { Attempts } from './attempts.ts';
import type { Caller } from './caller.ts';
import type { EndReason } from './events.ts';
import type { IpsecSas } from './ipsec-sas.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { isReplaced, RENEWAL_RETRY } from './life.ts';
import { isStanding, standingIn, type StandingSa } from './peer.ts';

/** What has the ISAKMP SAs. */
export interface Phase1LivesHost {
  readonly sas: ReadonlySet<IsakmpSa>;
  readonly attempts: Pick<Attempts, 'wanted'>;
  readonly ipsec: Pick<IpsecSas, 'pairsOf'>;
  readonly caller: Pick<Caller, 'callAgain'>;
  endSa(sa: IsakmpSa, reason: EndReason, now: Instant, tell: boolean): void;
}

/** The lives of one connection's ISAKMP SAs: when each is renewed or ended. */
export class Phase1Lives {
  readonly #host: Phase1LivesHost;

  constructor(host: Phase1LivesHost) {
    this.#host = host;
  }

  /** Successors for all that nothing has replaced, whatever their time. */
  renew(now: Instant): void {
    for (const sa of standingIn(this.#host.sas)) if (!isReplaced(sa.established)) this.#renew(sa, now);
  }

  tick(now: Instant): void {
    for (const sa of [...this.#host.sas]) this.#due(sa, now);
  }

  deadline(): Instant | undefined {
    const { sas } = this.#host;
    let at: Instant | undefined;
    for (const { established } of sas) at = earlier(earlier(at, established?.expires), established?.renewAt);
    return at;
  }

  #due(sa: IsakmpSa, now: Instant): void {
    const life = sa.established;
    if (life === undefined) return;
    if (life.expires <= now) return this.#host.endSa(sa, life.endReason, now, true);
    if (life.renewAt === undefined || life.renewAt > now) return;
    life.renewAt = after(now, RENEWAL_RETRY);
    if (!isStanding(sa)) return;
    const { attempts, ipsec } = this.#host;
    if (attempts.wanted || ipsec.pairsOf(sa).length > 0) this.#renew(sa, now);
  }

  #renew({ channel: { local, remote }, established }: StandingSa, now: Instant): void {
    this.#host.caller.callAgain({ local, remote, id: established.peerId }, now);
  }
}
