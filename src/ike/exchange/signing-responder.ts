import { IkeError } from '../../base/errors.ts';
import type { UdpEndpoint } from '../../base/address.ts';
import type { Secret } from '../../base/secret.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import type { Identity } from '../../base/identity.ts';
import { requireSameKeys } from '../auth/hybrid.ts';
import { signedHashName } from '../auth/signature.ts';
import type { EncodedCertificate } from '../effects.ts';
import { hashI, hashR } from '../keys/phase1-hash.ts';
import { isHybrid } from '../negotiate/authentication.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { NOTIFY } from '../wire/numbers.ts';
import {
  type Claim,
  claimIn,
  type ProvedPeer,
  provePeer,
  signaturePayloads,
  requestsIn,
  verifyJob,
} from './certificates.ts';
import {
  type Context,
  go,
  type Input,
  type MessageInput,
  type Output,
  requireJob,
  type Transition,
  valueOf,
} from './exchange.ts';
import { firstContact, hasInitialContact } from './initial-contact.ts';
import { outcomeOf, ownIdentification, type Phase1Outcome } from './main-mode.ts';
import type { InResponder, MainModeResponder, Shared } from './main-mode-responder.ts';
import { agreementFor, matching, unwanted } from './peer-connection.ts';
import { phase1Hashed, type Phase1Keys, signatureKeys } from './phase1-keys.ts';
import { whenProved } from './run.ts';

/** The end of Main Mode with signatures, responder, RFC 2409 §5.1; it begins with the fourth message. */
export type SigningResponder =
  | ({ readonly name: 'awaiting-signature' } & Shared & Method)
  | ({ readonly name: 'verifying-peer' } & Shared & Method & Heard & { readonly claim: Claim })
  | ({ readonly name: 'signing' } & Shared & Method & Heard & Proved);

interface Method {
  readonly method: SignatureMethod;
  readonly keys: Phase1Keys;
}
/** What the fifth message says besides who sent it, and where it came from. */
interface Heard {
  readonly from: { readonly local: UdpEndpoint; readonly remote: UdpEndpoint };
  readonly initialContact: boolean;
}
interface Proved {
  readonly connection: ConnectionPolicy;
  /** With Hybrid Authentication the peer has only claimed to be somebody. */
  readonly proved: ProvedPeer | { readonly claimed: Identity };
}

/** <--  HDR, KE, Nr, [ CERT-REQ ]; SKEYID depends on nothing but what has been said (RFC 2409 §5). */
export function awaitSignature(
  state: Omit<InResponder<'computing-secret'>, 'name'> & Shared & { readonly gxy: Secret },
  method: SignatureMethod,
  answer: Output,
  context: Context,
): Transition<MainModeResponder> {
  const { gxy, ...known } = state;
  const { keys, chain } = signatureKeys(context.crypto, state.agreement.suite, state);
  gxy.wipe();
  return go<MainModeResponder>({ ...known, name: 'awaiting-signature', method, keys }, [
    answer,
    { type: 'use-chain', chain },
  ]);
}

export const onPeerProof = (
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<MainModeResponder> =>
  isHybrid(state.agreement.method) ? onPeerHash(state, input, context) : onPeerSignature(state, input);

/**
 * HDR*, IDii, HASH_I  -->
 *
 * draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2.2: the message is whole, and the peer is anybody.
 */
function onPeerHash(
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<MainModeResponder> {
  const { keys, candidates } = state;
  const { value: id, body: idBodyI } = input.payloads.one('identification');
  const expected = hashI(context.crypto, keys.hash, keys.skeyids.skeyid, { ...phase1Hashed(state), idBodyI });
  requireSameKeys(context.crypto, expected, valueOf(input, 'hash').data);
  return whenProved(() => {
    const claimed = { idType: id.idType, data: id.data.slice() };
    const heard = heardIn(state, input);
    const [connection] = matching(candidates, claimed);
    if (connection === undefined) return refuse(unwanted(candidates, claimed), { ...state, ...heard });
    const job = signJob(state, connection, heard.requests, context);
    return go<MainModeResponder>({ ...state, ...heard, name: 'signing', connection, proved: { claimed } }, [
      { type: 'job', job },
    ]);
  });
}

const heardIn = (state: InResponder<'awaiting-signature'>, input: MessageInput) => ({
  from: { local: input.local, remote: input.remote },
  initialContact: hasInitialContact(input.payloads, state.cookies),
  requests: [...state.requests, ...requestsIn(input.payloads)],
});

/** HDR*, IDii, [ CERT, ] SIG_I  --> */
function onPeerSignature(state: InResponder<'awaiting-signature'>, input: MessageInput): Transition<MainModeResponder> {
  const claim = claimIn(input);
  const fitting = matching(state.candidates, claim.identity);
  // Where no connection is for this identity, the peer still has to be known before it can be told.
  const asked = fitting.length > 0 ? fitting : state.candidates;
  const heard = heardIn(state, input);
  return go<MainModeResponder>({ ...state, ...heard, name: 'verifying-peer', claim }, [
    { type: 'job', job: verifyJob(asked, state.method, claim) },
  ]);
}

/** Whose key it is has been found out: now the signature, and then our own. */
export function onVerdict(
  state: InResponder<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<MainModeResponder> {
  const { verdict } = requireJob(input, 'verify-peer');
  const { claim, method, keys } = state;
  const over = { ...phase1Hashed(state), idBodyI: claim.idBody };
  const hash = hashI(context.crypto, signedHashName(method, keys.hash), keys.skeyids.skeyid, over);
  const proved = provePeer(context, claim, { method, hash, signature: claim.signature }, verdict);
  if (IkeError.is(proved)) return refuse(proved, state);
  return whenProved(() => {
    const connection = matching(state.candidates, claim.identity).find(({ name }) => name === proved.connection);
    if (connection === undefined) return refuse(unwanted(state.candidates, claim.identity), state);
    const { claim: _said, ...known } = state;
    return go<MainModeResponder>({ ...known, name: 'signing', connection, proved }, [
      { type: 'job', job: signJob(state, connection, state.requests, context) },
    ]);
  });
}

/** <--  HDR*, IDir, [ CERT, ] SIG_R */
export function onSignature(
  state: InResponder<'signing'>,
  input: Input,
  context: Context,
): Transition<MainModeResponder> {
  const { connection, keys, nat, peer, requests, initialContact, from } = state;
  const payloads = [
    ownIdentification(connection),
    ...signaturePayloads(requireJob(input, 'sign'), connection, requests),
    ...firstContact(connection, state.cookies, context),
  ];
  const common = { connection, agreement: agreementFor(state, connection), keys, nat, peer, initialContact };
  const { proved } = state;
  const outcome: Phase1Outcome =
    'proof' in proved
      ? outcomeOf({ ...common, proof: proved.proof, certificate: proved.certificate })
      : { ...common, peerId: proved.claimed };
  return go<MainModeResponder>({ name: 'established', outcome }, [
    { type: 'move', ...from },
    { type: 'send', payloads, encrypted: true, expectsAnswer: false },
  ]);
}

function signJob(
  state: Shared & Method,
  connection: ConnectionPolicy,
  requests: readonly EncodedCertificate[],
  context: Context,
) {
  const { method, keys } = state;
  const over = { ...phase1Hashed(state), idBodyR: ownIdentification(connection).body };
  const hash = hashR(context.crypto, signedHashName(method, keys.hash), keys.skeyids.skeyid, over);
  return {
    kind: 'sign',
    connection: connection.name,
    identity: connection.local.id,
    method,
    hash,
    requests,
  } as const;
}

/** The peer has shown that the message was its own and may know that it is refused. */
const refuse = (error: IkeError, { from, keys }: Pick<Heard, 'from'> & Method): Transition<MainModeResponder> =>
  go<MainModeResponder>({ name: 'failed', error }, [
    { type: 'move', ...from },
    { type: 'refuse', keys, notify: error.notify ?? NOTIFY.AUTHENTICATION_FAILED },
  ]);
