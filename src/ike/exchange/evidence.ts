import { IkeError } from '../../base/errors.ts';
import type { HashName } from '../../crypto/hashes.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import { requireSameKeys } from '../auth/hybrid.ts';
import { signedHashName } from '../auth/signature.ts';
import type { EncodedCertificate, Job } from '../effects.ts';
import type { Role } from '../events.ts';
import { hashI, hashR, type Phase1Hashed } from '../keys/phase1-hash.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { payload } from '../wire/payload.ts';
import { type Claim, type ProvedPeer, provePeer } from './certificates.ts';
import { type Context, type Input, type OutgoingPayload, requireJob } from './exchange.ts';
import { ownIdentification } from './main-mode.ts';
import { matching } from './peer-connection.ts';
import type { Phase1Keys } from './phase1-keys.ts';
import { whenProved } from './run.ts';

/** The keys, and what both sides have said until there were some: all that HASH_I and HASH_R need besides an identity. */
export interface Said {
  readonly keys: Phase1Keys;
  readonly hashed: Phase1Hashed;
}

/** The question for our signature in this role; the private key may lie elsewhere. */
export function signJob(
  context: Context,
  role: Role,
  said: Said & { readonly method: SignatureMethod },
  connection: ConnectionPolicy,
  requests: readonly EncodedCertificate[],
): Job {
  const { method, keys } = said;
  const hash = hashOf(context, role, said, ownIdentification(connection).body, signedHashName(method, keys.hash));
  return { kind: 'sign', connection: connection.name, identity: connection.local.id, method, hash, requests };
}

/**
 * What we show in place of a signature where XAUTH will say who we are, draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2: it needs no secret
 * but the keys.
 */
export const ownHash = (context: Context, role: Role, said: Said, connection: ConnectionPolicy): OutgoingPayload =>
  payload('hash', { data: hashOf(context, role, said, ownIdentification(connection).body) });

/**
 * The same of the peer, in its role.
 *
 * @throws IkeError PHASE1_HASH_MISMATCH
 */
export const requirePeerHash = (
  context: Context,
  role: Role,
  said: Said,
  { idBody, hash }: { readonly idBody: Uint8Array; readonly hash: Uint8Array },
): void => requireSameKeys(context.crypto, hashOf(context, role, said, idBody), hash);

/**
 * Whose key the peer's certificate has is found out: now its signature, in its role. One that does not verify leaves the message nobody's;
 * where it does, it is for the caller to go on, or to refuse a peer whose certificate is not taken.
 *
 * @throws IkeError INVALID_SIGNATURE, or the code of the check that failed where there is no key to tell by
 */
export function onVerdict<T>(
  context: Context,
  role: Role,
  state: Said & { readonly method: SignatureMethod; readonly claim: Claim },
  input: Input,
  then: { readonly accept: (proved: ProvedPeer) => T; readonly refuse: (error: IkeError) => T },
): T {
  const { verdict } = requireJob(input, 'verify-peer');
  const { claim, method, keys } = state;
  const hash = hashOf(context, role, state, claim.idBody, signedHashName(method, keys.hash));
  const proved = provePeer(context, claim, { method, hash, signature: claim.signature }, verdict);
  return IkeError.is(proved) ? then.refuse(proved) : whenProved(() => then.accept(proved));
}

/** The connection that is for whom the peer proved to be, and whose trust it was. */
export const connectionFor = (
  candidates: readonly ConnectionPolicy[],
  { proof, connection }: ProvedPeer,
): ConnectionPolicy | undefined => matching(candidates, proof.identity).find(({ name }) => name === connection);

function hashOf(
  { crypto }: Context,
  role: Role,
  { keys, hashed }: Said,
  idBody: Uint8Array,
  hash: HashName = keys.hash,
): Uint8Array {
  const { skeyid } = keys.skeyids;
  return role === 'initiator'
    ? hashI(crypto, hash, skeyid, { ...hashed, idBodyI: idBody })
    : hashR(crypto, hash, skeyid, { ...hashed, idBodyR: idBody });
}
