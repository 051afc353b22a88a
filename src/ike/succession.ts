import { after, earlier, type Instant } from '../base/instant.ts';
import type { EndReason } from './events.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { LastMessage } from './last-message.ts';
import { crowdedOut, DECIDED, isReplaced, settleNow, supersede } from './life.ts';
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
 * too late for the peer to get it (docs/decisions/0042). Of several that collided the peer may have let one go, and the Delete may be lost:
 * so it is asked under each which it has, before any is set aside for another (docs/decisions/0050).
 */
export class Succession {
  readonly #host: SuccessionHost;
  readonly #questions = new WeakMap<IsakmpSa, LastMessage>();
  /** Those that collided, and when the peer is asked about what stands beside them; undefined where there is no more to ask. */
  readonly #collided = new WeakMap<IsakmpSa, Instant | undefined>();

  constructor(host: SuccessionHost) {
    this.#host = host;
  }

  /** A new one stands beside the older ones with its peer. */
  begin(sa: IsakmpSa, now: Instant): void {
    if (!isStanding(sa)) return;
    if (sa.established.provedAt !== undefined) return this.#supersede(sa, now);
    this.#ask(sa, now);
    const older = othersWithPeer(this.#host.sas, sa);
    this.#end(older, crowdedOut(older.map(({ established }) => established)), now);
  }

  /** The peer has said something under an SA, so it has it. */
  heard(sa: IsakmpSa, now: Instant): void {
    if (sa.established === undefined || sa.established.provedAt !== undefined) return;
    sa.established.provedAt = now;
    if (!isStanding(sa) || !this.#questions.delete(sa)) return;
    if (this.#collided.has(sa)) this.#settle(this.#beside(sa));
    else this.#supersede(sa, now);
  }

  tick(now: Instant): void {
    for (const sa of [...this.#host.sas]) {
      const question = this.#questions.get(sa);
      if (question !== undefined && question.end <= now) this.#host.endSa(sa, 'phase1-lost', now, true);
      else question?.tick(now);
      if ((this.#collided.get(sa) ?? Infinity) <= now) this.#decide(sa, now);
    }
  }

  deadline(): Instant | undefined {
    let at: Instant | undefined;
    for (const sa of this.#host.sas)
      at = earlier(at, earlier(this.#questions.get(sa)?.deadline(), this.#collided.get(sa)));
    return at;
  }

  #ask(sa: StandingSa, now: Instant): void {
    const { settings } = this.#host;
    const times = { retransmit: settings.retransmit, linger: settings.limits.linger };
    sa.established.provedAt = undefined;
    this.#questions.set(sa, new LastMessage(sa, times, settings.random, now));
  }

  #supersede(sa: StandingSa, now: Instant): void {
    const older = othersWithPeer(this.#host.sas, sa);
    const lives = older.map(({ established }) => established);
    this.#end(older, supersede(lives, { role: sa.channel.role, began: sa.created }, now), now);
    if (this.#beside(sa).length > 1) this.#collided.set(sa, after(now, DECIDED));
  }

  /** Which of those that came up together does the peer have still? One without DPD cannot be asked. */
  #decide(sa: IsakmpSa, now: Instant): void {
    this.#collided.set(sa, undefined);
    const beside = this.#beside(sa);
    if (beside.length < 2) return;
    for (const one of beside) {
      if (!this.#collided.has(one)) this.#collided.set(one, undefined);
      if (one.established.peer.dpd && !this.#questions.has(one)) this.#ask(one, now);
    }
    this.#settle(beside);
  }

  /** Nothing is set aside before the peer has been asked since the last of them came up. */
  #settle(beside: readonly StandingSa[]): void {
    if (beside.some((sa) => this.#collided.get(sa) !== undefined)) return;
    settleNow(beside.map(({ established }) => established));
  }

  /** All with its peer that nothing replaced, itself among them; not those that the peer has never been known to have. */
  #beside(sa: IsakmpSa): StandingSa[] {
    const all = [...othersWithPeer(this.#host.sas, sa), ...(isStanding(sa) ? [sa] : [])];
    const wasProved = (one: StandingSa): boolean => one.established.provedAt !== undefined || this.#collided.has(one);
    return all.filter((one) => !isReplaced(one.established) && wasProved(one));
  }

  #end(sas: readonly StandingSa[], surplus: readonly StandingSa['established'][], now: Instant): void {
    for (const sa of sas) if (surplus.includes(sa.established)) this.#host.endSa(sa, 'replaced', now, true);
  }
}
