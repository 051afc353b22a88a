import { assertNever, IkeError } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import { signedHashName } from '../auth/signature.ts';
import type { CipherChain } from '../keys/cipher-chain.ts';
import { hashI, hashR } from '../keys/phase1-hash.ts';
import { NOTIFY } from '../wire/numbers.ts';
import { payload } from '../wire/payload.ts';
import { certificateRequests, type Claim, claimIn, provePeer, signaturePayloads, verifyJob } from './certificates.ts';
import {
  type Context,
  go,
  type Input,
  type MessageInput,
  requireJob,
  requireMessage,
  type Transition,
} from './exchange.ts';
import { firstContact, hasInitialContact } from './initial-contact.ts';
import { outcomeOf, ownIdentification, requireWanted } from './main-mode.ts';
import type { InInitiator, MainModeInitiator, Shared } from './main-mode-initiator.ts';
import { toNattPort } from './nat-discovery.ts';
import { phase1Hashed, type Phase1Keys, signatureKeys } from './phase1-keys.ts';
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
      return onPeerSignature(state, requireMessage(input));
    case 'verifying-peer':
      return onVerdict(state, input, context);
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
  const { suite } = state.agreement;
  const derived = signatureKeys(context.crypto, suite, { ...state, gxy });
  gxy.wipe();
  const { name: connection, local } = state.connection;
  const over = { ...phase1Hashed(state), idBodyI: ownIdentification(state.connection).body };
  const hash = hashI(context.crypto, signedHashName(method, suite.hash), derived.keys.skeyids.skeyid, over);
  const job = { kind: 'sign', connection, identity: local.id, method, hash, requests: state.requests } as const;
  return go<MainModeInitiator>({ ...state, name: 'signing', method, ...derived }, [{ type: 'job', job }]);
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
  const { connection, cookies } = state;
  const { keys, chain } = signatureKeys(context.crypto, state.agreement.suite, { ...state, gxy });
  gxy.wipe();
  const id = ownIdentification(connection);
  const hash = hashI(context.crypto, keys.hash, keys.skeyids.skeyid, { ...phase1Hashed(state), idBodyI: id.body });
  const payloads = [
    id,
    payload('hash', { data: hash }),
    ...certificateRequests([connection]),
    ...firstContact(connection, cookies, context),
  ];
  return go<MainModeInitiator>({ ...state, name: 'awaiting-signature', method, keys }, [
    ...toNattPort(state.nat, context),
    { type: 'use-chain', chain },
    { type: 'send', payloads, encrypted: true, expectsAnswer: true },
  ]);
}

/** HDR*, IDii, [ CERT, ] SIG_I  --> */
function onSignature(state: InInitiator<'signing'>, input: Input, context: Context): Transition<MainModeInitiator> {
  const { connection, requests } = state;
  const payloads = [
    ownIdentification(state.connection),
    ...signaturePayloads(requireJob(input, 'sign'), connection, requests),
    // RFC 4945 §3.2.5: the initiator asks here, where nobody can see whom it trusts.
    ...certificateRequests([connection]),
    ...firstContact(connection, state.cookies, context),
  ];
  const { chain, ...known } = state;
  return go<MainModeInitiator>({ ...known, name: 'awaiting-signature' }, [
    ...toNattPort(state.nat, context),
    { type: 'use-chain', chain },
    { type: 'send', payloads, encrypted: true, expectsAnswer: true },
  ]);
}

/** <--  HDR*, IDir, [ CERT, ] SIG_R */
function onPeerSignature(state: InInitiator<'awaiting-signature'>, input: MessageInput): Transition<MainModeInitiator> {
  const claim = claimIn(input);
  const initialContact = hasInitialContact(input.payloads, state.cookies);
  return go<MainModeInitiator>({ ...state, name: 'verifying-peer', claim, initialContact }, [
    { type: 'job', job: verifyJob([state.connection], state.method, claim) },
  ]);
}

/** Whose key it is has been found out: now the signature. */
function onVerdict(
  state: InInitiator<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<MainModeInitiator> {
  const { verdict } = requireJob(input, 'verify-peer');
  const { claim, method, keys, connection, agreement, nat, peer, initialContact } = state;
  const over = { ...phase1Hashed(state), idBodyR: claim.idBody };
  const hash = hashR(context.crypto, signedHashName(method, keys.hash), keys.skeyids.skeyid, over);
  const proved = provePeer(context, claim, { method, hash, signature: claim.signature }, verdict);
  if (IkeError.is(proved)) return refuse(proved, keys);
  return whenProved(() => {
    requireWanted(connection, claim.identity);
    const { proof, certificate } = proved;
    const outcome = outcomeOf({ connection, agreement, keys, nat, peer, proof, certificate, initialContact });
    return go<MainModeInitiator>({ name: 'established', outcome });
  });
}

/** The peer believes that the SA stands, so it has to hear that it does not. */
const refuse = (error: IkeError, keys: Phase1Keys): Transition<MainModeInitiator> =>
  go<MainModeInitiator>({ name: 'failed', error }, [
    { type: 'refuse', keys, notify: error.notify ?? NOTIFY.AUTHENTICATION_FAILED },
  ]);
