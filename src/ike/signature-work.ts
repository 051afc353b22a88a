import type { Instant } from '../base/instant.ts';
import type { Rate } from '../base/token-bucket.ts';
import type { Output } from './exchange/exchange.ts';
import type { Newcomer } from './half-open.ts';
import { SourceBudget } from './source-budget.ts';

/**
 * Ours: signatures that come to nothing. To look at sixteen certificates takes up to 40 ms and to sign with RSA of 4096 bits up to 13 ms, so
 * after as many as may come from behind one NAT at once a source costs a sixth of a core at worst, and all together two thirds.
 */
const EACH: Rate = { burst: 64, perSecond: 4 };
const ALL: Rate = { burst: 512, perSecond: 16 };

/** Our own signature, which in Aggressive Mode answers the first message, and the look at the peer's and its certificates. */
type Kind = 'signing' | 'verifying';
type Budgets = Readonly<Record<Kind, SourceBudget>>;

const budgets = (): Budgets => ({ signing: new SourceBudget(EACH, ALL), verifying: new SourceBudget(EACH, ALL) });

/**
 * What signatures cost for peers that have proved nothing. A Diffie-Hellman buys a few looks at a signature, each of which costs up to a hundred
 * times as much, so they have a bound of their own.
 */
export class SignatureWork {
  readonly #budgets = { known: budgets(), stranger: budgets() };

  accountOf({ origin, source }: Newcomer): SignatureAccount {
    return new SignatureAccount(this.#budgets[origin], source);
  }
}

/** What one half-open exchange has taken of it. */
export class SignatureAccount {
  readonly #budgets: Budgets;
  readonly #source: string;
  /** A few at most: an exchange does not go back to where it waited more often. */
  readonly #taken: Kind[] = [];

  constructor(all: Budgets, source: string) {
    this.#budgets = all;
    this.#source = source;
  }

  take(kind: Kind, now: Instant): boolean {
    const taken = this.#budgets[kind].take(this.#source, now);
    if (taken) this.#taken.push(kind);
    return taken;
  }

  /** Whether what a message is to lead to may begin. */
  allows(outputs: readonly Output[], now: Instant): boolean {
    const verifies = outputs.some((output) => output.type === 'job' && output.job.kind === 'verify-peer');
    return !verifies || this.take('verifying', now);
  }

  /** The peer has proved itself: it was worth it. */
  proved(): void {
    for (const kind of this.#taken.splice(0)) this.#budgets[kind].giveBack(this.#source);
  }
}
