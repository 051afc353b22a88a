import type { Identity } from '../../base/identity.ts';

/**
 * Evidence that the peer proved its identity. The private field makes the class nominal, so no object literal fits it, and only
 * `mint`, which only this folder calls, makes one: after a constant-time comparison or a signature check.
 */
export class PeerProof {
  readonly #minted = true;
  readonly identity: Identity;
  private constructor(identity: Identity) {
    // A copy: the identity came in a datagram whose buffer is not ours.
    this.identity = { idType: identity.idType, data: identity.data.slice() };
  }
  /** @internal For ike/auth alone; the architecture test looks. */
  static mint(identity: Identity): PeerProof {
    return new PeerProof(identity);
  }
  get valid(): boolean {
    return this.#minted;
  }
}
