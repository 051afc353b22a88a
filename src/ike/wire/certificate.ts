import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { readOpaque } from './opaque.ts';

/**
 * Certificate payload body, RFC 2408 §3.9.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ! Cert Encoding !                                               !
 *     +-+-+-+-+-+-+-+-+                                               !
 *     ~                       Certificate Data                        ~
 */
export interface CertificatePayload {
  /** See `CERTIFICATE_ENCODING`; encodings that we do not know are kept, and left to be ignored. */
  readonly encoding: number;
  /** At least one octet. */
  readonly data: Uint8Array;
}

export function readCertificate(body: Uint8Array): CertificatePayload {
  const r = new ByteReader(body);
  const encoding = r.u8('Cert Encoding');
  return { encoding, data: readOpaque(r.rest(), 'Certificate Data', 1) };
}

export const writeCertificate = ({ encoding, data }: CertificatePayload): Uint8Array =>
  new ByteWriter().u8(encoding).bytes(data).finish();
