import { sameBytes } from '../base/bytes.ts';
import { type Identity, identityText } from '../base/identity.ts';
import { methodOfKey } from '../crypto/native-keys.ts';
import type { SignatureMethod } from '../crypto/signatures.ts';
import { type Certificate, certificateText } from './certificate.ts';
import { type EncodedCertificate, readCertificatePayloads } from './certificate-payload.ts';
import { identitiesText, identityIsIn } from './identity-match.ts';
import { validatePath } from './path.ts';
import { type CertificateRefusal, refusal, refusalText, shortened } from './refusal.ts';
import { misuse, weakness } from './rules.ts';
import type { Trust } from './trust.ts';
import type { WallTime } from './wall-time.ts';

/** What a peer says about itself in the last messages of phase 1. None of it is proved before its signature has been checked. */
export interface PeerClaim {
  readonly identity: Identity;
  /** The negotiated authentication method. */
  readonly method: SignatureMethod;
  /** Its Certificate payloads, in any order. */
  readonly certificates: readonly EncodedCertificate[];
}

/** What of an accepted certificate is worth telling. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly notAfter: WallTime;
  /** The authority that it leads to; `pinned` where it is trusted without one. */
  readonly trustedBy: string;
  /** What `revocation: soft` let pass, in words. */
  readonly unchecked: readonly string[];
}

/**
 * Whose key may speak for the peer. `accepted` is not success: the peer has still to sign with the private key that belongs to
 * `publicKey` (SubjectPublicKeyInfo).
 */
export type PeerVerdict =
  | {
      readonly accepted: true;
      readonly publicKey: Uint8Array;
      readonly facts: CertificateFacts;
      /** From the peer's certificate to the one that is trusted. */
      readonly path: readonly Certificate[];
    }
  | {
      readonly accepted: false;
      readonly refusal: CertificateRefusal;
      /** The key of the peer's own certificate, where there is one: whether the peer signed with it says who was refused. */
      readonly publicKey?: Uint8Array;
    };

/** Ours: certificates of one peer for which a path is looked for. RFC 4945 §3.3.9 has nobody expect that we try many. */
const MOST_TRIED = 3;

/**
 * Finds the certificate that the peer means, by its identity and not by its place, and checks it at this time (seconds since 1970).
 * `sent` is what `claim` has in the way of certificates, for who asks about one claim more than once. Never throws for what a peer can send.
 */
export function verifyPeer(
  claim: PeerClaim,
  trust: Trust,
  now: number,
  sent = readCertificatePayloads(claim.certificates),
): PeerVerdict {
  if (trust.pinned.length > 0) return verifyPinned(claim, sent, trust, now);
  // A peer that was not asked for its certificate need not send it (RFC 4945 §3.3.6): then ours of it serve.
  const known = sent.length > 0 ? sent : trust.intermediates;
  const candidates = known.filter((certificate) => identityIsIn(claim.identity, certificate));
  const [meant] = candidates;
  if (meant === undefined) return refused(notMeant(claim, sent), sent[0]);
  let first: CertificateRefusal | undefined;
  for (const certificate of candidates.slice(0, MOST_TRIED)) {
    const verdict = checkIssued(certificate, sent, claim, trust, now);
    if (verdict.accepted) return verdict;
    first ??= verdict.refusal;
  }
  return refused(first ?? refusal('unreadable', meant), meant);
}

const refused = (why: CertificateRefusal, certificate: Certificate | undefined): PeerVerdict => ({
  accepted: false,
  refusal: why,
  ...(certificate === undefined ? {} : { publicKey: certificate.publicKey }),
});

/**
 * The certificate that is trusted as it is: one that the peer sent, or, where it sent none, one that has its identity or is the only
 * one. Which identity goes with it the configuration says by pinning it, so it need not stand in it.
 */
function pinnedFor(claim: PeerClaim, sent: readonly Certificate[], { pinned }: Trust): Certificate | undefined {
  if (sent.length > 0) return sent.find(({ der }) => pinned.some((trusted) => sameBytes(trusted.der, der)));
  const named = pinned.find((certificate) => identityIsIn(claim.identity, certificate));
  return named ?? (pinned.length === 1 ? pinned[0] : undefined);
}

/** Who has pinned a certificate wants that one: an authority that vouches for another one changes nothing. */
function verifyPinned(claim: PeerClaim, sent: readonly Certificate[], trust: Trust, now: number): PeerVerdict {
  const certificate = pinnedFor(claim, sent, trust);
  if (certificate === undefined) {
    const meant = sent.find((other) => identityIsIn(claim.identity, other)) ?? sent[0];
    return refused(meant === undefined ? { check: 'missing' } : refusal('not-pinned', meant), meant);
  }
  const failed =
    unfit(certificate, claim.method) ??
    outOfTime(certificate, now) ??
    weakness(certificate, trust.allow, undefined, true);
  if (failed !== undefined) return refused(failed, certificate);
  return {
    accepted: true,
    publicKey: certificate.publicKey,
    facts: facts(certificate, 'pinned', []),
    path: [certificate],
  };
}

function checkIssued(
  certificate: Certificate,
  sent: readonly Certificate[],
  claim: PeerClaim,
  trust: Trust,
  now: number,
): PeerVerdict {
  const unfitting = unfit(certificate, claim.method);
  if (unfitting !== undefined) return refused(unfitting, certificate);
  const others = sent.filter((other) => other !== certificate);
  const { chain, refusal: failed, unchecked } = validatePath(certificate, others, trust, now);
  if (failed !== undefined) return refused(failed, certificate);
  const anchor = chain.at(-1) ?? certificate;
  return {
    accepted: true,
    publicKey: certificate.publicKey,
    facts: facts(certificate, certificateText(anchor), unchecked.map(refusalText)),
    path: chain,
  };
}

/** What no path could mend. */
function unfit(certificate: Certificate, method: SignatureMethod): CertificateRefusal | undefined {
  const own = methodOfKey(certificate.key);
  if (own !== undefined && own !== method)
    return refusal('key-method', certificate, { detail: `its key is for ${own}, negotiated was ${method}` });
  return misuse(certificate, undefined);
}

function outOfTime(certificate: Certificate, now: number): CertificateRefusal | undefined {
  const { notBefore, notAfter } = certificate;
  if (now < notBefore.seconds) return refusal('not-yet-valid', certificate, { detail: notBefore.text });
  return now > notAfter.seconds ? refusal('expired', certificate, { detail: notAfter.text }) : undefined;
}

function notMeant(claim: PeerClaim, sent: readonly Certificate[]): CertificateRefusal {
  const [first] = sent;
  if (first === undefined) return { check: claim.certificates.length > 0 ? 'unreadable' : 'missing' };
  return refusal('identity', first, {
    detail: `it is for ${shortened(identitiesText(first))}, the peer says ${shortened(identityText(claim.identity))}`,
  });
}

function facts(certificate: Certificate, trustedBy: string, unchecked: readonly string[]): CertificateFacts {
  return {
    subject: certificateText(certificate),
    issuer: certificateText({ ...certificate, subject: certificate.issuer }),
    serialNumber: certificate.serialNumber,
    notAfter: certificate.notAfter,
    trustedBy,
    unchecked,
  };
}
