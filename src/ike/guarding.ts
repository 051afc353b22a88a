import type { Outbox } from './outbox.ts';

/** Whether packets of a connection's tunnels may leave in clear while it is down: never, but for a peer that is dead and `clear`. */
export class Guarding {
  readonly #connection: string;
  readonly #outbox: Outbox;
  #lifted = false;

  constructor({ name }: { readonly name: string }, { outbox }: { readonly outbox: Outbox }) {
    this.#connection = name;
    this.#outbox = outbox;
  }

  /** Packets may leave in clear from now on. */
  lift(): void {
    if (!this.#lifted) this.#outbox.push({ type: 'guard', connection: this.#connection, guarded: false });
    this.#lifted = true;
  }

  /** And no longer. */
  restore(): void {
    if (this.#lifted) this.#outbox.push({ type: 'guard', connection: this.#connection, guarded: true });
    this.#lifted = false;
  }
}
