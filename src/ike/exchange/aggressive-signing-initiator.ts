import { IkeError } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import { signedHashName } from '../auth/signature.ts';
import { hashI, hashR } from '../keys/phase1-hash.ts';
import { NOTIFY } from '../wire/numbers.ts';
import { thirdMessage } from './aggressive-mode.ts';
import type { AggressiveModeInitiator, Answer, InInitiator, Waiting } from './aggressive-mode-initiator.ts';
import { type Claim, type ProvedPeer, provePeer, signaturePayloads, verifyJob } from './certificates.ts';
import { type Context, go, type Input, requireJob, type Transition } from './exchange.ts';
import { isWanted, unwanted } from './peer-connection.ts';
import { type DerivedKeys, phase1Hashed, signatureKeys } from './phase1-keys.ts';
import { whenProved } from './run.ts';

/** The end of Aggressive Mode with signatures, initiator, RFC 2409 §5.1; it begins when g^xy is there. */
export type AggressiveSigningInitiator =
  | ({ readonly name: 'verifying-peer' } & Waiting & Secured & { readonly claim: Claim })
  | ({ readonly name: 'signing' } & Waiting & Secured & { readonly proved: ProvedPeer });

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
  const derived = signatureKeys(context.crypto, answer.agreement.suite, { ...answer, ...ours(state), gxy });
  gxy.wipe();
  const { idR: identity, idBodyR: idBody, evidence: signature, certificates } = answer;
  const claim = { identity, idBody, signature, certificates };
  return go<AggressiveModeInitiator>({ ...state, name: 'verifying-peer', method, derived, claim }, [
    { type: 'job', job: verifyJob([connection], method, claim) },
  ]);
}

/** Now the signature; where it is the peer's, ours. */
export function onVerdict(
  state: InInitiator<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeInitiator> {
  const { verdict } = requireJob(input, 'verify-peer');
  const { claim, method, connection, answer } = state;
  const { keys } = state.derived;
  const { skeyid } = keys.skeyids;
  const hashed = phase1Hashed({ ...answer, ...ours(state) });
  const hashName = signedHashName(method, keys.hash);
  const signed = hashR(context.crypto, hashName, skeyid, { ...hashed, idBodyR: claim.idBody });
  const proved = provePeer(context, claim, { method, hash: signed, signature: claim.signature }, verdict);
  if (IkeError.is(proved)) return refuse(proved, state);
  return whenProved(() => {
    if (!isWanted(connection.remote, claim.identity)) return refuse(unwanted([connection], claim.identity), state);
    const hash = hashI(context.crypto, hashName, skeyid, { ...hashed, idBodyI: state.idBodyI });
    const about = { connection: connection.name, identity: connection.local.id, method, hash };
    return go<AggressiveModeInitiator>({ ...state, name: 'signing', proved }, [
      { type: 'job', job: { kind: 'sign', ...about, requests: answer.requests } },
    ]);
  });
}

/** HDR*, [ CERT, ] SIG_I  --> */
export function onSignature(
  state: InInitiator<'signing'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeInitiator> {
  const { connection, answer, derived, proved } = state;
  const { cookies, agreement, nat, peer, requests } = answer;
  const { proof, certificate } = proved;
  return thirdMessage(
    { connection, cookies, agreement, nat, peer, ...derived, proof, certificate },
    signaturePayloads(requireJob(input, 'sign'), connection, requests),
    context,
  );
}

const ours = ({ publicI, nonceI, saBodyI }: Waiting) => ({ publicI, nonceI, saBodyI });

/** The peer waits for the third message, and has shown that it sent the second: it may know that it is refused. */
function refuse(
  error: IkeError,
  { derived: { keys, chain } }: InInitiator<'verifying-peer'>,
): Transition<AggressiveModeInitiator> {
  return go<AggressiveModeInitiator>({ name: 'failed', error }, [
    { type: 'use-chain', chain },
    { type: 'refuse', keys, notify: error.notify ?? NOTIFY.AUTHENTICATION_FAILED },
  ]);
}
