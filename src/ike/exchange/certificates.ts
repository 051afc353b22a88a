import { toHex } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import type { Identity } from '../../base/identity.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import { hasSigned, proveSignature, type Signed } from '../auth/signature.ts';
import type { PeerProof } from '../auth/proof.ts';
import type { EncodedCertificate, Job, JobResult, PeerCertificate, PeerVerdict } from '../effects.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { CERTIFICATE_ENCODING } from '../wire/numbers.ts';
import { payload } from '../wire/payload.ts';
import type { Payloads } from '../wire/payloads.ts';
import { type Context, type MessageInput, type OutgoingPayload, valueOf } from './exchange.ts';

/** Ours: RFC 4945 §3.2.7.2 has one empty request where to name all authorities would only fill datagrams. */
const MOST_REQUESTS = 10;

/** Asks for a certificate of one of the authorities that these connections trust, RFC 4945 §3.2.7. */
export function certificateRequests(connections: readonly ConnectionPolicy[]): OutgoingPayload[] {
  const names = connections.flatMap(({ certificates }) => certificates?.authorities ?? []);
  const distinct = [...new Map(names.map((name) => [toHex(name), name])).values()];
  const wanted = distinct.length > MOST_REQUESTS ? [new Uint8Array(0)] : distinct;
  return wanted.map((data) => payload('certificate-request', { encoding: CERTIFICATE_ENCODING.X509_SIGNATURE, data }));
}

/** What the peer asks for: "MUST be accepted at any point during an exchange" (RFC 2408 §3.10). Copies. */
export const requestsIn = (payloads: Payloads): readonly EncodedCertificate[] =>
  payloads.all('certificate-request').map(({ value }) => ({ encoding: value.encoding, data: value.data.slice() }));

/** [ CERT, ] SIG: ours, with our certificates where the peer is to have them (RFC 4945 §3.3.6). */
export function signaturePayloads(
  { signature, certificates }: Extract<JobResult, { kind: 'sign' }>,
  connection: ConnectionPolicy,
  requests: readonly EncodedCertificate[],
): OutgoingPayload[] {
  const send = connection.certificates?.send ?? 'if-asked';
  const wanted = send === 'always' || (send === 'if-asked' && requests.length > 0);
  const sent = wanted ? certificates.map((certificate) => payload('certificate', certificate)) : [];
  return [...sent, payload('signature', { data: signature })];
}

/** What the peer sends of them. Copies. */
export const certificatesIn = (payloads: Payloads): readonly EncodedCertificate[] =>
  payloads.all('certificate').map(({ value }) => ({ encoding: value.encoding, data: value.data.slice() }));

/** What a peer says of itself in its last message, in copies that outlive the datagram. */
export interface Claim {
  readonly identity: Identity;
  readonly idBody: Uint8Array;
  readonly signature: Uint8Array;
  readonly certificates: readonly EncodedCertificate[];
}

export function claimIn(input: MessageInput): Claim {
  const id = input.payloads.one('identification');
  return {
    identity: { idType: id.value.idType, data: id.value.data.slice() },
    idBody: id.body.slice(),
    ...evidenceIn(input),
  };
}

/** [ CERT, ] SIG, where who it is has been said before. Copies. */
export const evidenceIn = (input: MessageInput): Pick<Claim, 'signature' | 'certificates'> => ({
  signature: valueOf(input, 'signature').data.slice(),
  certificates: certificatesIn(input.payloads),
});

export const verifyJob = (
  connections: readonly ConnectionPolicy[],
  method: SignatureMethod,
  { identity, certificates }: Claim,
): Job => ({ kind: 'verify-peer', connections: connections.map(({ name }) => name), identity, method, certificates });

/** Who proved to be whom, and which connection's trust it was. */
export interface ProvedPeer {
  readonly proof: PeerProof;
  readonly connection: string;
  readonly certificate: PeerCertificate;
}

/**
 * Puts the verdict about the certificate and the signature together. A signature that does not verify leaves the message nobody's: it
 * is thrown, and the message dropped. Where it does verify under a certificate that is refused, it is the peer that is refused, and
 * the error is the result.
 *
 * @throws IkeError INVALID_SIGNATURE, or the code of the check that failed where there is no key to tell by
 */
export function provePeer(
  context: Context,
  { identity }: Claim,
  signed: Signed,
  verdict: PeerVerdict,
): ProvedPeer | IkeError {
  if (verdict.accepted) {
    const { publicKey, connection, certificate } = verdict;
    return { proof: proveSignature(context.signatures, identity, publicKey, signed), connection, certificate };
  }
  const { code, check, reason, publicKey } = verdict;
  const refusal = new IkeError(code, { check, reason });
  if (publicKey === undefined) throw refusal;
  if (!hasSigned(context.signatures, publicKey, signed))
    throw new IkeError('INVALID_SIGNATURE', { method: signed.method, check, reason });
  return refusal;
}
