import { assertNever } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import type { CipherChain } from '../keys/cipher-chain.ts';
import { isUserAlone } from '../negotiate/authentication.ts';
import { certificateRequests, type Claim, claimIn, signaturePayloads, verifyJob } from './certificates.ts';
import { onVerdict, ownHash, requirePeerHash, type Said, signJob } from './evidence.ts';
import {
  type Context,
  go,
  type Input,
  type MessageInput,
  type OutgoingPayload,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { firstContact, hasInitialContact } from './initial-contact.ts';
import type { InInitiator, MainModeInitiator, Shared } from './main-mode-initiator.ts';
import { outcomeOf, ownIdentification, requireWanted } from './main-mode.ts';
import { toNattPort } from './nat-discovery.ts';
import { isWanted, unwanted } from './peer-connection.ts';
import { phase1Hashed, type Phase1Keys, signatureKeys } from './phase1-keys.ts';
import { refused, refusedUnproved } from './refused.ts';
import { whenProved } from './run.ts';

/** The end of Main Mode with signatures, initiator, RFC 2409 §5.1; it begins when g^xy is there. */
export type SigningInitiator =
  | ({ readonly name: 'signing' } & Shared & Method & { readonly chain: CipherChain })
  | ({ readonly name: 'awaiting-signature' } & Shared & Method)
  | ({ readonly name: 'verifying-peer' } & Shared & Method & Heard);

interface Method {
  readonly method: SignatureMethod;
  readonly keys: Phase1Keys;
}
/** What the sixth message says, not proved yet. */
interface Heard {
  readonly claim: Claim;
  readonly initialContact: boolean;
}

export const isSigning = (state: MainModeInitiator): state is SigningInitiator =>
  state.name === 'signing' || state.name === 'awaiting-signature' || state.name === 'verifying-peer';

export function stepSigning(state: SigningInitiator, input: Input, context: Context): Transition<MainModeInitiator> {
  switch (state.name) {
    case 'signing':
      return onSignature(state, input, context);
    case 'awaiting-signature':
      return onPeerProof(state, requireMessage(input), context);
    case 'verifying-peer':
      return onPeerVerdict(state, input, context);
    default:
      return assertNever(state);
  }
}

/** HASH_I is ready to be signed; the private key may lie elsewhere. */
export function askForSignature(
  state: InInitiator<'computing-secret'>,
  gxy: Secret,
  method: SignatureMethod,
  context: Context,
): Transition<MainModeInitiator> {
  const derived = signatureKeys(context.crypto, state.agreement.suite, { ...state, gxy });
  const known = { ...state, method, ...derived };
  const job = signJob(context, 'initiator', said(known), state.connection, state.requests);
  return go<MainModeInitiator>({ ...known, name: 'signing' }, [{ type: 'job', job }]);
}

/**
 * HDR*, IDii, HASH_I  -->
 *
 * Hybrid Authentication, draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2.2: XAUTH will say who we are, and the peer signs all the same.
 */
export function sendHash(
  state: InInitiator<'computing-secret'>,
  gxy: Secret,
  method: SignatureMethod,
  context: Context,
): Transition<MainModeInitiator> {
  const { keys, chain } = signatureKeys(context.crypto, state.agreement.suite, { ...state, gxy });
  const known = { ...state, method, keys };
  return fifthMessage(known, chain, [ownHash(context, 'initiator', said(known), state.connection)], context);
}

/** HDR*, IDii, [ CERT, ] SIG_I  --> */
function onSignature(state: InInitiator<'signing'>, input: Input, context: Context): Transition<MainModeInitiator> {
  const { chain, ...known } = state;
  const evidence = signaturePayloads(requireJob(input, 'sign'), state.connection, state.requests);
  return fifthMessage(known, chain, evidence, context);
}

function fifthMessage(
  state: Shared & Method,
  chain: CipherChain,
  evidence: readonly OutgoingPayload[],
  context: Context,
): Transition<MainModeInitiator> {
  const { connection, cookies } = state;
  const payloads = [
    ownIdentification(connection),
    ...evidence,
    // RFC 4945 §3.2.5: the initiator asks here, where nobody can see whom it trusts.
    ...certificateRequests([connection]),
    ...firstContact(connection, cookies, context),
  ];
  return go<MainModeInitiator>({ ...state, name: 'awaiting-signature' }, [
    ...toNattPort(state.nat, context),
    { type: 'use-chain', chain },
    { type: 'send', payloads, encrypted: true, expectsAnswer: true },
  ]);
}

function onPeerProof(
  state: InInitiator<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<MainModeInitiator> {
  const hashes = isUserAlone(state.agreement.method, 'responder');
  return hashes ? onPeerHash(state, input, context) : onPeerSignature(state, input);
}

/** <--  HDR*, IDir, HASH_R: the message is whole, and the peer has only claimed to be somebody. */
function onPeerHash(
  state: InInitiator<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<MainModeInitiator> {
  const { keys, connection, agreement, nat, peer } = state;
  const { value: id, body: idBody } = input.payloads.one('identification');
  requirePeerHash(context, 'responder', said(state), { idBody, hash: valueOf(input, 'hash').data });
  return whenProved(() => {
    const peerId = { idType: id.idType, data: id.data.slice() };
    if (!isWanted(connection.remote, peerId)) return refusedUnproved(unwanted([connection], peerId), keys);
    const initialContact = hasInitialContact(input.payloads, state.cookies);
    const outcome = { connection, agreement, keys, nat, peer, peerId, initialContact };
    return go<MainModeInitiator>({ name: 'established', outcome });
  });
}

/** <--  HDR*, IDir, [ CERT, ] SIG_R */
function onPeerSignature(state: InInitiator<'awaiting-signature'>, input: MessageInput): Transition<MainModeInitiator> {
  const claim = claimIn(input);
  const initialContact = hasInitialContact(input.payloads, state.cookies);
  return go<MainModeInitiator>({ ...state, name: 'verifying-peer', claim, initialContact }, [
    { type: 'job', job: verifyJob([state.connection], state.method, claim) },
  ]);
}

/** The peer believes that the SA stands, so where it is refused it has to hear that it does not. */
const onPeerVerdict = (
  state: InInitiator<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<MainModeInitiator> =>
  onVerdict<Transition<MainModeInitiator>>(context, 'responder', said(state), input, {
    refuse: (error) => refused(error, state.keys),
    accept: ({ proof, certificate }) => {
      const { keys, connection, agreement, nat, peer, initialContact } = state;
      requireWanted(connection, proof.identity);
      const outcome = outcomeOf({ connection, agreement, keys, nat, peer, proof, certificate, initialContact });
      return go<MainModeInitiator>({ name: 'established', outcome });
    },
  });

const said = <T extends Shared & Method>(state: T): T & Said => ({ ...state, hashed: phase1Hashed(state) });
