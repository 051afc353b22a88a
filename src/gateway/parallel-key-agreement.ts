import { requirePrivateValue } from '../crypto/arguments.ts';
import { GROUPS, type GroupName, isModp, type ModpName } from '../crypto/groups.ts';
import { modpPrime } from '../crypto/modp-primes.ts';
import { octetsOf } from '../crypto/octet-number.ts';
import { modpPublicValue } from '../crypto/public-value.ts';
import { ModularPower } from '../linux/modular-power.ts';
import type { KeyAgreement } from './key-agreement.ts';

/** All MODP groups have the same (RFC 2409 §6, RFC 3526). */
const GENERATOR = Uint8Array.of(2);

/** Ours: below this length a thread takes longer to be woken than it saves. */
const WORTH_A_THREAD = GROUPS.modp1536.publicBytes;

/** Ours: far more than there are threads, and far fewer than koffi refuses. */
const AT_ONCE = 32;

interface Group {
  readonly prime: Uint8Array;
  readonly powers: ModularPower;
}

/**
 * Diffie-Hellman in the large MODP groups on other threads, and all else by `inline`. What comes when `AT_ONCE` are under way is done inline
 * too, which holds up those who send more than can be done.
 */
export class ParallelKeyAgreement implements KeyAgreement {
  readonly #inline: KeyAgreement;
  readonly #groups = new Map<ModpName, Group>();
  #underWay = 0;

  /** @throws where OpenSSL's functions or koffi are not to be had. */
  constructor(inline: KeyAgreement) {
    this.#inline = inline;
    this.#group('modp2048');
  }

  publicValue(group: GroupName, privateValue: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (!this.#takes(group)) return this.#inline.publicValue(group, privateValue);
    requirePrivateValue(group, privateValue);
    return this.#power(this.#group(group), GENERATOR, privateValue);
  }

  agree(group: GroupName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (!this.#takes(group)) return this.#inline.agree(group, privateValue, peerPublic);
    requirePrivateValue(group, privateValue);
    const made = this.#group(group);
    return this.#power(made, modpPublicValue(group, made.prime, peerPublic), privateValue);
  }

  #takes(group: GroupName): group is ModpName {
    return isModp(group) && GROUPS[group].publicBytes >= WORTH_A_THREAD && this.#underWay < AT_ONCE;
  }

  async #power({ powers }: Group, base: Uint8Array, exponent: Uint8Array): Promise<Uint8Array> {
    this.#underWay++;
    try {
      return await powers.power(base, exponent);
    } finally {
      this.#underWay--;
    }
  }

  /** Made when it is needed first, and kept. */
  #group(group: ModpName): Group {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const prime = octetsOf(modpPrime(group), GROUPS[group].publicBytes);
    const made = { prime, powers: new ModularPower(prime) };
    this.#groups.set(group, made);
    return made;
  }
}
