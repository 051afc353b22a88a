import type { Secret } from '../../base/secret.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import { isUserAlone } from '../negotiate/authentication.ts';
import type { AggressiveModeInitiator, Answer, InInitiator, Waiting } from './aggressive-mode-initiator.ts';
import { thirdMessage } from './aggressive-mode.ts';
import { type Claim, type ProvedPeer, signaturePayloads, verifyJob } from './certificates.ts';
import { onVerdict, ownHash, requirePeerHash, type Said, signJob } from './evidence.ts';
import {
  type Context,
  go,
  type Input,
  type OutgoingPayload,
  type Output,
  requireJob,
  type Transition,
} from './exchange.ts';
import { isWanted, unwanted } from './peer-connection.ts';
import { type DerivedKeys, phase1Hashed, signatureKeys, wipePhase1Keys } from './phase1-keys.ts';
import { refused, refusedUnproved } from './refused.ts';

/** The end of Aggressive Mode with signatures, initiator, RFC 2409 §5.1; it begins when g^xy is there. */
export type AggressiveSigningInitiator =
  | ({ readonly name: 'verifying-peer' } & Waiting & Secured & { readonly claim: Claim })
  | ({ readonly name: 'signing' } & Waiting & Secured & { readonly proved: ProvedPeer | undefined });

interface Secured {
  readonly answer: Answer;
  readonly method: SignatureMethod;
  /** Whoever sent the second message has them too; the peer's they are when the signature has verified. */
  readonly derived: DerivedKeys;
}

/** Whose key signed the second message is a question to outside. */
export function askAboutPeer(
  state: InInitiator<'computing-secret'>,
  gxy: Secret,
  method: SignatureMethod,
  context: Context,
): Transition<AggressiveModeInitiator> {
  const { answer, connection } = state;
  const derived = derive(state, gxy, context);
  const { idR: identity, idBodyR: idBody, evidence: signature, certificates } = answer;
  const claim = { identity, idBody, signature, certificates };
  return go<AggressiveModeInitiator>({ ...state, name: 'verifying-peer', method, derived, claim }, [
    { type: 'job', job: verifyJob([connection], method, claim) },
  ]);
}

/**
 * <--  HDR, SA, KE, Nr, IDir, HASH_R
 *
 * Hybrid Authentication: with g^xy it shows that whoever sent the second message has the keys, and has only claimed to be somebody.
 */
export function onPeerHash(
  state: InInitiator<'computing-secret'>,
  gxy: Secret,
  method: SignatureMethod,
  context: Context,
): Transition<AggressiveModeInitiator> {
  const { answer, connection } = state;
  const derived = derive(state, gxy, context);
  const known = { ...state, method, derived };
  try {
    requirePeerHash(context, 'responder', said(known), { idBody: answer.idBodyR, hash: answer.evidence });
  } catch (error) {
    // They are in no state yet, so nobody else knows them.
    wipePhase1Keys(derived.keys);
    throw error;
  }
  if (!isWanted(connection.remote, answer.idR))
    return refusedUnproved(unwanted([connection], answer.idR), derived.keys, secured(known));
  return go<AggressiveModeInitiator>({ ...known, name: 'signing', proved: undefined }, [
    { type: 'job', job: signJob(context, 'initiator', said(known), connection, answer.requests) },
  ]);
}

/** The peer has signed: now we do, unless XAUTH will say who we are. It waits for the third message, so it hears that it is refused. */
export const onPeerVerdict = (
  state: InInitiator<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeInitiator> =>
  onVerdict<Transition<AggressiveModeInitiator>>(context, 'responder', said(state), input, {
    refuse: (error) => refused(error, state.derived.keys, secured(state)),
    accept: (proved) => {
      const { connection, answer, derived } = state;
      const { identity } = proved.proof;
      if (!isWanted(connection.remote, identity))
        return refused(unwanted([connection], identity), derived.keys, secured(state));
      if (isUserAlone(answer.agreement.method, 'initiator'))
        return third(state, proved, [ownHash(context, 'initiator', said(state), connection)], context);
      return go<AggressiveModeInitiator>({ ...state, name: 'signing', proved }, [
        { type: 'job', job: signJob(context, 'initiator', said(state), connection, answer.requests) },
      ]);
    },
  });

/** HDR*, [ CERT, ] SIG_I  --> */
export function onSignature(
  state: InInitiator<'signing'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeInitiator> {
  const { connection, answer, proved } = state;
  return third(state, proved, signaturePayloads(requireJob(input, 'sign'), connection, answer.requests), context);
}

function third(
  { connection, answer, derived }: Waiting & Secured,
  proved: ProvedPeer | undefined,
  evidence: readonly OutgoingPayload[],
  context: Context,
): Transition<AggressiveModeInitiator> {
  const { cookies, agreement, nat, peer, idR: peerId } = answer;
  const theirs = proved === undefined ? {} : { proof: proved.proof, certificate: proved.certificate };
  return thirdMessage({ connection, cookies, agreement, nat, peer, peerId, ...derived, ...theirs }, evidence, context);
}

const derive = (state: InInitiator<'computing-secret'>, gxy: Secret, { crypto }: Context): DerivedKeys =>
  signatureKeys(crypto, state.answer.agreement.suite, { ...state.answer, ...ours(state), gxy });

const ours = ({ publicI, nonceI, saBodyI }: Waiting) => ({ publicI, nonceI, saBodyI });

const said = <T extends Waiting & Secured>(state: T): T & Said => ({
  ...state,
  keys: state.derived.keys,
  hashed: phase1Hashed({ ...state.answer, ...ours(state) }),
});

/** What is said from here on is encrypted. */
const secured = ({ derived: { chain } }: Secured): readonly Output[] => [{ type: 'use-chain', chain }];
