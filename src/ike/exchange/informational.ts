import { concat, u32Bytes } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { informationalHash } from '../keys/quick-hash.ts';
import { DOI_IPSEC, PROTOCOL } from '../wire/numbers.ts';
import { payload } from '../wire/payload.ts';
import type { Payloads } from '../wire/payloads.ts';
import type { Cookies, OutgoingPayload } from './exchange.ts';
import type { Phase1Keys } from './phase1-keys.ts';
import { hashed } from './quick-mode.ts';

/**
 * HDR*, HASH(1), N/D: the Informational exchange of RFC 2409 §5.7. One message, no answer, no retransmission.
 *
 * Interop: one Notification or Delete a message, because racoon hashes only the first payload behind the HASH.
 */
export function protectedInformational(
  crypto: CryptoProvider,
  keys: Phase1Keys,
  messageId: number,
  content: OutgoingPayload,
): OutgoingPayload[] {
  return hashed([content], (rest) => informationalHash(crypto, keys.hash, keys.skeyids.skeyidA, messageId, rest));
}

/**
 * Whether whoever sent this Informational has SKEYID_a.
 *
 * @throws IkeError INVALID_HASH_INFORMATION
 */
export function requireInformationalHash(
  crypto: CryptoProvider,
  keys: Phase1Keys,
  messageId: number,
  payloads: Payloads,
  afterFirst: Uint8Array,
): void {
  const expected = informationalHash(crypto, keys.hash, keys.skeyids.skeyidA, messageId, afterFirst);
  if (!crypto.equal(expected, payloads.one('hash').value.data))
    throw new IkeError('INVALID_HASH_INFORMATION', { what: 'HASH(1)' });
}

/** A Delete for an inbound ESP SA of ours, RFC 2408 §3.15: the SPI is the one that the peer sends with. */
export function espDelete(spi: number): OutgoingPayload {
  return payload('delete', { doi: DOI_IPSEC, protocolId: PROTOCOL.ESP, spis: [u32Bytes(spi)] });
}

/** A Delete for the ISAKMP SA itself, named by its cookies. */
export function isakmpDelete(cookies: Cookies): OutgoingPayload {
  return payload('delete', {
    doi: DOI_IPSEC,
    protocolId: PROTOCOL.ISAKMP,
    spis: [concat(cookies.initiator, cookies.responder)],
  });
}

/** A Notification about an SA, RFC 2408 §3.14. */
export function notification(
  notifyType: number,
  protocolId: number,
  spi: Uint8Array,
  data: Uint8Array = new Uint8Array(),
): OutgoingPayload {
  return payload('notification', { doi: DOI_IPSEC, protocolId, spi, notifyType, data });
}
