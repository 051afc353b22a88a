import { IkeError } from '../base/errors.ts';
import { type Identity, identityText } from '../base/identity.ts';
import type { SignatureMethod } from '../crypto/signatures.ts';
import type { Certificate } from './certificate.ts';
import { certificatePayloads, type EncodedCertificate, readCertificatePayloads } from './certificate-payload.ts';
import { type EncodedRequest, present } from './certificate-request.ts';
import type { Credential } from './credential.ts';
import { KnownCertificates } from './known-certificates.ts';
import { CERTIFICATE_CHECKS, refusalText } from './refusal.ts';
import type { Trust } from './trust.ts';
import { type CertificateFacts, type PeerClaim, verifyPeer } from './verify-peer.ts';

/** What is asked when our side has to sign. */
export interface SignRequest {
  readonly identity: Identity;
  readonly method: SignatureMethod;
  readonly hash: Uint8Array;
  readonly requests: readonly EncodedRequest[];
}

/** What the job `sign` of the engine is answered with. */
export interface SignAnswer {
  readonly signature: Uint8Array;
  readonly certificates: readonly EncodedCertificate[];
}

/** What the job `verify-peer` of the engine is answered with. */
export type JudgeAnswer =
  | {
      readonly accepted: true;
      readonly connection: string;
      readonly publicKey: Uint8Array;
      readonly certificate: Omit<CertificateFacts, 'notAfter'> & { readonly notAfter: string };
    }
  | {
      readonly accepted: false;
      readonly code: (typeof CERTIFICATE_CHECKS)[keyof typeof CERTIFICATE_CHECKS]['code'];
      readonly check: string;
      readonly reason: string;
      readonly publicKey?: Uint8Array;
    };

/** Our certificates with their keys, and whom each connection trusts: everything that phase 1 asks about certificates. */
export class CertificateDesk {
  readonly #credentials: readonly Credential[];
  readonly #intermediates: readonly Certificate[];
  readonly #trust: (connection: string) => Trust;
  readonly #known: KnownCertificates;

  constructor(given: {
    readonly credentials: readonly Credential[];
    /** Certificates that may stand above ours and go along with them. */
    readonly intermediates?: readonly Certificate[];
    /** The same object for connections that trust the same, so that it is asked once. */
    readonly trust: (connection: string) => Trust;
    /** Where certificates of peers are kept when they have been accepted; default a place of its own. */
    readonly known?: KnownCertificates;
  }) {
    this.#credentials = given.credentials;
    this.#intermediates = given.intermediates ?? [];
    this.#trust = given.trust;
    this.#known = given.known ?? new KnownCertificates();
  }

  /** At once where the key answers at once. @throws IkeError CERTIFICATE_UNAVAILABLE where none of ours has this identity and method */
  sign({ identity, method, hash, requests }: SignRequest): SignAnswer | Promise<SignAnswer> {
    const presented = present(identity, method, this.#credentials, this.#intermediates, requests);
    if (presented === undefined)
      throw new IkeError('CERTIFICATE_UNAVAILABLE', { identity: identityText(identity), method });
    const { credential, chain } = presented;
    const signature = credential.signer.sign(hash);
    const certificates = certificatePayloads(chain);
    if (!(signature instanceof Promise)) return { signature, certificates };
    return signature.then((done) => ({ signature: done, certificates }));
  }

  /**
   * The first of these connections that trusts the peer's certificate, else why the first one does not. `now` in seconds since 1970.
   *
   * Nothing of the claim is proved, so what it costs must not grow with the number of connections that may be meant.
   */
  judge(claim: PeerClaim & { readonly connections: readonly string[] }, now: number): JudgeAnswer {
    const sent = readCertificatePayloads(claim.certificates, (der) => this.#known.read(der));
    const asked = new Set<Trust>();
    let first: JudgeAnswer | undefined;
    for (const connection of claim.connections) {
      const trust = this.#trust(connection);
      if (asked.has(trust)) continue;
      asked.add(trust);
      const verdict = verifyPeer(claim, trust, now, sent);
      if (verdict.accepted) {
        const { publicKey, facts, path } = verdict;
        for (const certificate of path) if (sent.includes(certificate)) this.#known.keep(certificate);
        return { accepted: true, connection, publicKey, certificate: { ...facts, notAfter: facts.notAfter.text } };
      }
      const { check } = verdict.refusal;
      first ??= {
        accepted: false,
        code: CERTIFICATE_CHECKS[check].code,
        check,
        reason: refusalText(verdict.refusal),
        ...(verdict.publicKey === undefined ? {} : { publicKey: verdict.publicKey }),
      };
    }
    return (
      first ?? { accepted: false, code: 'INVALID_CERTIFICATE', check: 'missing', reason: 'no connection is meant' }
    );
  }
}
