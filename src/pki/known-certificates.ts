import { BoundedMap } from '../base/bounded.ts';
import { toHex } from '../base/bytes.ts';
import { nativeProvider } from '../crypto/native.ts';
import { markLasting } from '../linux/openssl-objects.ts';
import { type Certificate, parseCertificate } from './certificate.ts';

/** Ours: a certificate takes some four kilobytes, so four megabytes at most. */
const MOST_KNOWN = 1024;

/**
 * Certificates of peers that come again, by a digest of their octets, so that one is read once: that takes longer than all that is asked
 * about it. Only what was read is kept, no verdict: validity, path and lists are looked at each time.
 *
 * What nobody vouches for is not kept, so that a stranger fills no place and drives nobody out; of the others the one that has not come
 * for the longest time makes room.
 */
export class KnownCertificates {
  readonly #known: BoundedMap<string, Certificate>;

  constructor(capacity = MOST_KNOWN) {
    this.#known = new BoundedMap(capacity);
  }
  get size(): number {
    return this.#known.size;
  }
  /** @throws IkeError INVALID_CERTIFICATE as `parseCertificate` */
  read(der: Uint8Array): Certificate {
    return this.#known.get(digestOf(der)) ?? parseCertificate(der);
  }
  /** For those on a path that was accepted. */
  keep(certificate: Certificate): void {
    const digest = digestOf(certificate.der);
    // To the end of the order, where those are that came last.
    this.#known.delete(digest);
    this.#known.set(digest, certificate);
    for (const octets of [certificate.der, certificate.publicKey]) markLasting(octets);
  }
}

const digestOf = (der: Uint8Array): string => toHex(nativeProvider.hash('sha256', der));
