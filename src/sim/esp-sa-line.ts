import { isIpv6 } from '../base/address.ts';
import { hex32, toHex } from '../base/bytes.ts';
import { ESP_CIPHERS, type EspIntegrityName } from '../crypto/esp-transforms.ts';
import type { NegotiatedSa } from '../ike/effects.ts';

/** Wireshark's names by transform identifier; those of GCM say how long the ICV is. */
const ENCRYPTION: Readonly<Record<number, string>> = {
  2: 'DES-CBC [RFC2405]',
  3: 'TripleDES-CBC [RFC2451]',
  11: 'NULL',
  12: 'AES-CBC [RFC3602]',
  13: 'AES-CTR [RFC3686]',
  18: 'AES-GCM with 8 octet ICV [RFC4106]',
  19: 'AES-GCM with 12 octet ICV [RFC4106]',
  20: 'AES-GCM with 16 octet ICV [RFC4106]',
};

const AUTHENTICATION: Readonly<Record<EspIntegrityName, string>> = {
  aesxcbc: 'ANY 96 bit authentication [no checking]',
  sha256_96: 'HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]',
  md5: 'HMAC-MD5-96 [RFC2403]',
  sha1: 'HMAC-SHA-1-96 [RFC2404]',
  sha256: 'HMAC-SHA-256-128 [RFC4868]',
  sha384: 'HMAC-SHA-384-192 [RFC4868]',
  sha512: 'HMAC-SHA-512-256 [RFC4868]',
};

/** One direction of an IPsec SA as a line of Wireshark's table `esp_sa`, without its end; undefined for a cipher that it does not know. */
export function espSaLine({ direction, local, remote, spi, suite, keys }: NegotiatedSa): string | undefined {
  const encryption = ENCRYPTION[ESP_CIPHERS[suite.cipher].transformId];
  if (encryption === undefined) return undefined;
  const [source, destination] = direction === 'outbound' ? [local, remote] : [remote, local];
  const key = (octets: Uint8Array): string => (octets.length === 0 ? '' : `0x${toHex(octets)}`);
  return [
    isIpv6(source.address) ? 'IPv6' : 'IPv4',
    source.address,
    destination.address,
    `0x${hex32(spi)}`,
    encryption,
    key(keys.encryption),
    suite.integrity === undefined ? 'NULL' : AUTHENTICATION[suite.integrity],
    key(keys.integrity),
  ]
    .map((field) => `"${field}"`)
    .join(',');
}
