import { concat } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { Secret } from '../../base/secret.ts';
import { isWeakDesKey } from '../../crypto/des.ts';
import { ESP_CIPHERS, ESP_INTEGRITY, type EspSuite } from '../../crypto/esp-transforms.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { prfFeedback } from '../../crypto/prf.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';

/** What the keying material of one IPsec SA, that is of one direction, comes from. */
export interface KeymatSource {
  readonly skeyidD: Secret;
  /** g(qm)^xy, the secret of Quick Mode's own Diffie-Hellman exchange: only with perfect forward secrecy. */
  readonly gxy?: Secret | undefined;
  /** As in the proposal: 2 is AH, 3 is ESP (RFC 2407 §4.4.1). */
  readonly protocolId: number;
  /** As in the proposal of the side that receives on this SA: it chose it. */
  readonly spi: Uint8Array;
  /** Quick Mode's nonces; Ni_b is its initiator's, who need not be phase 1's. */
  readonly nonceBodyI: Uint8Array;
  readonly nonceBodyR: Uint8Array;
}

/**
 * The first `bytes` octets of KEYMAT = K1 | K2 | …, RFC 2409 §5.5:
 *
 *     K1 = prf(SKEYID_d, [ g(qm)^xy | ] protocol | SPI | Ni_b | Nr_b)
 *     Kn = prf(SKEYID_d, Kn-1 | [ g(qm)^xy | ] protocol | SPI | Ni_b | Nr_b)
 */
export function keymat(provider: CryptoProvider, hash: HashName, source: KeymatSource, bytes: number): Secret {
  const gxy = source.gxy?.reveal() ?? new Uint8Array();
  const seed = concat(gxy, Uint8Array.of(source.protocolId), source.spi, source.nonceBodyI, source.nonceBodyR);
  return new Secret(prfFeedback(provider, hash, source.skeyidD.reveal(), { first: seed, seed }, bytes));
}

/** How many octets of KEYMAT one direction of an ESP SA takes. */
export function espKeymatBytes(suite: EspSuite): number {
  return espKeyLengths(suite).encryption + espKeyLengths(suite).integrity;
}

/**
 * Cuts KEYMAT into the keys of one direction of an ESP SA: the encryption key, with the salt of a combined algorithm behind it
 * (RFC 4106 §8.1), then the integrity key. Copies, so that the two can be handed on and KEYMAT wiped.
 *
 * WEAK_KEY for one of the sixteen keys with which DES is no secret: a new SA gets another (RFC 2405 §3).
 */
export function cutEspKeys(
  suite: EspSuite,
  material: Secret,
): { readonly encryption: Uint8Array; readonly integrity: Uint8Array } {
  const { encryption, integrity } = espKeyLengths(suite);
  const bytes = material.reveal();
  if (bytes.length < encryption + integrity) {
    throw new IkeError('INVALID_ARGUMENT', { what: 'KEYMAT', want: encryption + integrity, have: bytes.length });
  }
  if (suite.cipher === 'des' && isWeakDesKey(bytes.slice(0, encryption)))
    throw new IkeError('WEAK_KEY', { cipher: 'des' });
  return { encryption: bytes.slice(0, encryption), integrity: bytes.slice(encryption, encryption + integrity) };
}

function espKeyLengths(suite: EspSuite): { readonly encryption: number; readonly integrity: number } {
  const { keyBytes, saltBytes } = ESP_CIPHERS[suite.cipher];
  return {
    encryption: keyBytes + saltBytes,
    integrity: suite.integrity === undefined ? 0 : ESP_INTEGRITY[suite.integrity].keyBytes,
  };
}
