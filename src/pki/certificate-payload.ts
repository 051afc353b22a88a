import { IkeError } from '../base/errors.ts';
import { toHex } from '../base/bytes.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { x509 } from './library.ts';

/** Certificate Encoding values that we read, RFC 2408 §3.9. */
const ENCODING = { PKCS7: 1, X509_SIGNATURE: 4 } as const;

/** A Certificate payload: its encoding and what is in it. */
export interface EncodedCertificate {
  readonly encoding: number;
  readonly data: Uint8Array;
}

/** Ours: certificates of one message that are read; each costs work before anything is proved. */
const MOST_CERTIFICATES = 16;

/**
 * The certificates in the payloads of one message, each once, in any order (RFC 4945 §3.3.10). What cannot be read, or has an
 * encoding that we do not know, is left out: it may be meant for somebody else.
 *
 * Lists (encoding 7) are left out as well: RFC 4945 §3.3.3 says that they SHOULD NOT be sent, and a peer has no interest in showing
 * the one that names it.
 */
export function readCertificatePayloads(
  payloads: readonly EncodedCertificate[],
  read: (der: Uint8Array) => Certificate = parseCertificate,
): readonly Certificate[] {
  const found = new Map<string, Certificate>();
  for (const der of payloads.flatMap(derIn)) {
    if (found.size >= MOST_CERTIFICATES) break;
    const certificate = readable(der, read);
    if (certificate !== undefined) found.set(toHex(certificate.der), certificate);
  }
  return [...found.values()];
}

/** The certificates that one payload holds. */
function derIn({ encoding, data }: EncodedCertificate): readonly Uint8Array[] {
  if (encoding === ENCODING.X509_SIGNATURE) return [data];
  if (encoding !== ENCODING.PKCS7) return [];
  try {
    // RFC 4945 §3.3.4: they SHOULD be accepted, and hold whole hierarchies at times.
    return [...new (x509().X509Certificates)(data)]
      .slice(0, MOST_CERTIFICATES)
      .map(({ rawData }) => new Uint8Array(rawData));
  } catch {
    return [];
  }
}

function readable(der: Uint8Array, read: (der: Uint8Array) => Certificate): Certificate | undefined {
  try {
    return read(der);
  } catch (error) {
    if (IkeError.is(error)) return undefined;
    throw error;
  }
}

/** What goes into the Certificate payloads for a chain of ours: RFC 4945 §3.3, the end-entity certificate first, no trust anchor. */
export const certificatePayloads = (chain: readonly Certificate[]): readonly EncodedCertificate[] =>
  chain.map(({ der }) => ({ encoding: ENCODING.X509_SIGNATURE, data: der }));
