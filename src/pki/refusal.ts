import type { IkeErrorCode } from '../base/errors.ts';
import { type Certificate, certificateText } from './certificate.ts';

/** Everything for which a peer's certificate is refused: the code of the error that it becomes, and the check in words. */
export const CERTIFICATE_CHECKS = {
  missing: { code: 'INVALID_CERTIFICATE', text: 'the peer sent no certificate, and none is configured for it' },
  unreadable: { code: 'INVALID_CERTIFICATE', text: 'cannot be read' },
  identity: { code: 'INVALID_CERTIFICATE', text: 'is not for the identity that the peer claims' },
  'not-pinned': { code: 'INVALID_CERTIFICATE', text: 'is not the one that is configured for this peer' },
  'key-method': { code: 'INVALID_CERTIFICATE', text: 'has a key that does not fit the negotiated method' },
  'weak-key': { code: 'INVALID_CERTIFICATE', text: 'has a key that is not allowed' },
  'weak-hash': { code: 'INVALID_CERTIFICATE', text: 'is signed over a hash that is not allowed' },
  'key-usage': {
    code: 'INVALID_CERTIFICATE',
    text: 'may not sign: keyUsage has neither digitalSignature nor nonRepudiation',
  },
  'extended-key-usage': { code: 'INVALID_CERTIFICATE', text: 'is for other purposes than IKE' },
  'issuer-unknown': { code: 'INVALID_CERT_AUTHORITY', text: 'was issued by nobody who is known here' },
  'self-signed': { code: 'INVALID_CERT_AUTHORITY', text: 'is signed by its own key and not configured as trusted' },
  'chain-too-long': { code: 'INVALID_CERTIFICATE', text: 'has too many certificates above it' },
  'not-yet-valid': { code: 'INVALID_CERTIFICATE', text: 'is not valid yet' },
  expired: { code: 'INVALID_CERTIFICATE', text: 'has expired' },
  signature: { code: 'INVALID_CERTIFICATE', text: 'has a signature that does not verify' },
  'not-an-authority': { code: 'INVALID_CERTIFICATE', text: 'has issued a certificate and is no authority' },
  'path-length': {
    code: 'INVALID_CERTIFICATE',
    text: 'stands deeper below an authority than pathLenConstraint allows',
  },
  'critical-extension': { code: 'INVALID_CERTIFICATE', text: 'has a critical extension that is not understood' },
  'name-constraints': { code: 'INVALID_CERTIFICATE', text: 'has a name that nameConstraints above it do not allow' },
  policy: { code: 'INVALID_CERTIFICATE', text: 'has no acceptable certificate policy' },
  'invalid-path': { code: 'INVALID_CERTIFICATE', text: 'does not pass path validation' },
  revoked: { code: 'CERTIFICATE_REVOKED', text: 'is revoked' },
  'crl-missing': { code: 'CRL_UNAVAILABLE', text: 'is on no revocation list, because there is none of its issuer' },
  'crl-expired': {
    code: 'CRL_UNAVAILABLE',
    text: 'cannot be looked up, because the revocation list of its issuer is out of date',
  },
  'crl-invalid': {
    code: 'CRL_UNAVAILABLE',
    text: 'cannot be looked up, because the revocation list of its issuer is not valid',
  },
} as const satisfies Record<string, { readonly code: IkeErrorCode; readonly text: string }>;

export type CertificateCheck = keyof typeof CERTIFICATE_CHECKS;

/** Which check of which certificate failed. */
export interface CertificateRefusal {
  readonly check: CertificateCheck;
  /** Its subject as text; absent where there is no certificate. */
  readonly certificate?: string;
  /** Place in the path: 1 is the peer's own certificate, `of` the authority's. */
  readonly position?: { readonly at: number; readonly of: number };
  /** What more there is to say: a date, a size, a name. */
  readonly detail?: string;
}

export function refusal(
  check: CertificateCheck,
  certificate: Certificate,
  more: Pick<CertificateRefusal, 'position' | 'detail'> = {},
): CertificateRefusal {
  return { check, certificate: shortened(certificateText(certificate)), ...more };
}

/** Ours: a peer chooses its names, and ten thousand attributes are no message. */
export const shortened = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 199)}…`);

/** `certificate CN=gw (1 of 3) has expired: 2024-01-01T00:00:00Z` */
export function refusalText({ check, certificate, position, detail }: CertificateRefusal): string {
  const { text } = CERTIFICATE_CHECKS[check];
  const place = position === undefined ? '' : ` (${position.at} of ${position.of})`;
  const who = certificate === undefined ? '' : `certificate ${certificate}${place} `;
  return `${who}${text}${detail === undefined ? '' : `: ${detail}`}`;
}
