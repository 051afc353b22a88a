import { sameDistinguishedName } from '../base/distinguished-name.ts';
import { sameBytes, toHex } from '../base/bytes.ts';
import type { Identity } from '../base/identity.ts';
import type { SignatureMethod } from '../crypto/signatures.ts';
import type { Certificate } from './certificate.ts';
import type { Credential } from './credential.ts';
import { identityIsIn } from './identity-match.ts';

/** A Certificate Request payload: an encoding and the DER of an authority's name, or nothing for any (RFC 2408 §3.10). */
export interface EncodedRequest {
  readonly encoding: number;
  readonly data: Uint8Array;
}

const X509_SIGNATURE = 4;
/** RFC 4945 §3.2.4: a request for PKCS #7 may be taken for one of the certificate itself. */
const UNDERSTOOD: readonly number[] = [X509_SIGNATURE, 1];
/** The names to ask a peer for: each authority bit by bit, and once (RFC 4945 §3.2.7.1, §3.2.9.1). */
export const authorityNames = (authorities: readonly Certificate[]): readonly Uint8Array[] => [
  ...new Map(authorities.map(({ subject }) => [toHex(subject), subject])).values(),
];

/** One of our certificates and what to send with it. */
export interface Presented {
  readonly credential: Credential;
  /** Ours first, then those above it without the one that signed itself (RFC 4945 §3.3). */
  readonly chain: readonly Certificate[];
}

/**
 * The certificate with which to prove this identity by this method: the first whose chain ends where the peer asks, else the first
 * of all. RFC 4945 §3.3 leaves it to us not to insist: many peers ask for nothing, or only for what they trust most.
 */
export function present(
  identity: Identity,
  method: SignatureMethod,
  credentials: readonly Credential[],
  intermediates: readonly Certificate[],
  requests: readonly EncodedRequest[],
): Presented | undefined {
  const able = credentials
    .filter((credential) => credential.method === method && identityIsIn(identity, credential.certificate))
    .map((credential) => ({ credential, chain: chainOf(credential, intermediates) }));
  return able.find(({ chain }) => requests.some((request) => isAskedFor(chain, request))) ?? able[0];
}

/** Whether a certificate of this chain was issued by the authority of a request, or any is welcome. */
function isAskedFor(chain: readonly Certificate[], { encoding, data }: EncodedRequest): boolean {
  if (!UNDERSTOOD.includes(encoding)) return false;
  return data.length === 0 || chain.some(({ issuer }) => sameDistinguishedName(issuer, data));
}

/** By names alone: these are our own certificates, and the peer checks them. */
function chainOf({ certificate, others }: Credential, intermediates: readonly Certificate[]): readonly Certificate[] {
  const chain = [certificate];
  const known = [...others, ...intermediates];
  for (let last = certificate; ;) {
    const above = known.find(({ subject }) => sameBytes(subject, last.issuer));
    if (above === undefined || chain.includes(above) || sameBytes(above.subject, above.issuer)) return chain;
    chain.push(above);
    last = above;
  }
}
