import { ByteReader, ByteWriter } from '../../base/bytes.ts';

/**
 * Certificate Request payload body, RFC 2408 §3.10.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !  Cert. Type   !                                               !
 *     +-+-+-+-+-+-+-+-+                                               !
 *     ~                    Certificate Authority                      ~
 */
export interface CertificateRequestPayload {
  /** As in a Certificate payload. */
  readonly encoding: number;
  /** The DER of a distinguished name of an acceptable authority; empty where the sender accepts any (RFC 2408 §3.10). */
  readonly data: Uint8Array;
}

export function readCertificateRequest(body: Uint8Array): CertificateRequestPayload {
  const r = new ByteReader(body);
  return { encoding: r.u8('Cert. Type'), data: r.rest() };
}

export const writeCertificateRequest = ({ encoding, data }: CertificateRequestPayload): Uint8Array =>
  new ByteWriter().u8(encoding).bytes(data).finish();
