import { utf8Bytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { CryptoProvider } from '../crypto/provider.ts';

/** What is asked when a peer says by XAUTH which user it is. */
export interface UserQuestion {
  readonly connection: string;
  readonly user: string;
  /** Valid until the answer is there, and overwritten then; never to a log. */
  readonly password: Uint8Array;
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

/** The users of a gateway: those of its configuration, or those of whoever embeds it. */
export class Users {
  readonly #config: Pick<GatewayConfig, 'credentials'>;
  readonly #check: UserCheck;

  constructor(config: Pick<GatewayConfig, 'credentials'>, crypto: CryptoProvider, check?: UserCheck) {
    this.#config = config;
    this.#check = check ?? ((question) => ({ accepted: this.#isConfigured(question, crypto) }));
  }

  /** Never rejects: what goes wrong is a no, and why is nobody's business but ours. */
  async verify({ connection, user, password }: UserQuestion): Promise<UserVerdict> {
    const limit = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<UserVerdict>((resolve) => {
      timer = setTimeout(() => {
        limit.abort();
        resolve({ accepted: false });
      }, LIMIT_MS);
    });
    try {
      const answer = Promise.resolve(this.#check({ connection, user, password }, limit.signal));
      // A late rejection is of no interest.
      answer.catch(() => undefined);
      const { accepted, message } = await Promise.race([answer, late]);
      return message === undefined ? { accepted } : { accepted, message };
    } catch {
      return { accepted: false };
    } finally {
      clearTimeout(timer);
      password.fill(0);
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
