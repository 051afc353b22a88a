import type { IpAddress } from '../base/address.ts';
import { utf8Bytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { Instant } from '../base/instant.ts';
import type { Rate } from '../base/token-bucket.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { SourceBudget } from '../ike/source-budget.ts';
import { now as monotonic } from './clock.ts';

/** What is asked when a peer says by XAUTH which user it is. */
export interface UserQuestion {
  readonly connection: string;
  readonly user: string;
  /** Valid until the answer is there, and overwritten then; never to a log. */
  readonly password: Uint8Array;
  /** Where the peer is. */
  readonly remote: IpAddress;
}

export interface UserVerdict {
  readonly accepted: boolean;
  /** For the user to read; the peer shows it where it can. */
  readonly message?: string;
}

/**
 * Says whether a user is let in. One that throws, or has no answer in time, has said no; `signal` tells when that is.
 *
 * The password may be compared in constant time only: see `CryptoProvider.equal`.
 */
export type UserCheck = (question: UserQuestion, signal: AbortSignal) => UserVerdict | Promise<UserVerdict>;

/** Ours: within the time that a peer waits for it (strongSwan: its retransmissions, 165 s; we: 60 s). */
const LIMIT_MS = 30_000;

/**
 * Ours: wrong passwords for one user from one address, and for all of them together, so that who has forgotten nothing but the password of
 * one user is not kept out by others, and whoever goes through names and addresses finds few passwords.
 */
const WRONG_EACH: Rate = { burst: 5, perSecond: 1 / 60 };
const WRONG_ALL: Rate = { burst: 512, perSecond: 8 };

/** The users of a gateway: those of its configuration, or those of whoever embeds it. */
export class Users {
  readonly #config: Pick<GatewayConfig, 'credentials'>;
  readonly #check: UserCheck;
  readonly #now: () => Instant;
  readonly #attempts = new SourceBudget(WRONG_EACH, WRONG_ALL);

  constructor(config: Pick<GatewayConfig, 'credentials'>, crypto: CryptoProvider, check?: UserCheck, now = monotonic) {
    this.#config = config;
    this.#now = now;
    this.#check = check ?? ((question) => ({ accepted: this.#isConfigured(question, crypto) }));
  }

  /** Never rejects: what goes wrong is a no, and why is nobody's business but ours. */
  async verify(question: UserQuestion): Promise<UserVerdict & { readonly tooMany?: boolean }> {
    const who = JSON.stringify([question.remote, question.user]);
    if (!this.#attempts.take(who, this.#now())) {
      question.password.fill(0);
      return { accepted: false, tooMany: true };
    }
    const verdict = await this.#ask(question);
    if (verdict.accepted) this.#attempts.giveBack(who);
    return verdict;
  }

  async #ask(question: UserQuestion): Promise<UserVerdict> {
    const limit = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<UserVerdict>((resolve) => {
      timer = setTimeout(() => {
        limit.abort();
        resolve({ accepted: false });
      }, LIMIT_MS);
    });
    try {
      const answer = Promise.resolve(this.#check(question, limit.signal));
      // A late rejection is of no interest.
      answer.catch(() => undefined);
      const { accepted, message } = await Promise.race([answer, late]);
      return message === undefined ? { accepted } : { accepted, message };
    } catch {
      return { accepted: false };
    } finally {
      clearTimeout(timer);
      question.password.fill(0);
    }
  }

  /**
   * A copy of a user's password.
   *
   * @throws IkeError USER_SECRET_NOT_FOUND
   */
  secret(user: string): Uint8Array {
    const entry = this.#config.credentials.users.find(({ name }) => name === user);
    if (entry === undefined) throw new IkeError('USER_SECRET_NOT_FOUND', { user });
    return entry.secret.reveal().slice();
  }

  /** By digests, whose comparison takes the same time for each length and for users that there are not. */
  #isConfigured({ user, password }: UserQuestion, crypto: CryptoProvider): boolean {
    const entry = this.#config.credentials.users.find(({ name }) => name === user);
    const wanted = crypto.hash('sha256', entry?.secret.reveal() ?? utf8Bytes('nobody'));
    return crypto.equal(wanted, crypto.hash('sha256', password)) && entry !== undefined;
  }
}
