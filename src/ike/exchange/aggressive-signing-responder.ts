import type { UdpEndpoint } from '../../base/address.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import type { CipherChain } from '../keys/cipher-chain.ts';
import type { Phase1Hashed } from '../keys/phase1-hash.ts';
import { isUserAlone } from '../negotiate/authentication.ts';
import { payload } from '../wire/payload.ts';
import type { AggressiveModeResponder, Heard, InResponder, Own } from './aggressive-mode-responder.ts';
import { certificateRequests, type Claim, evidenceIn, signaturePayloads, verifyJob } from './certificates.ts';
import { connectionFor, onVerdict, ownHash, requirePeerHash, signJob } from './evidence.ts';
import {
  type Context,
  go,
  type Input,
  type MessageInput,
  type OutgoingPayload,
  type Output,
  requireJob,
  type Transition,
  valueOf,
} from './exchange.ts';
import { outcomeOf, ownIdentification } from './main-mode.ts';
import { discoverNat, natDiscovery, type NatSituation } from './nat-discovery.ts';
import { agreementFor, matching, unwanted } from './peer-connection.ts';
import { answeringVendorIds, useFragments } from './peer-traits.ts';
import { phase1Hashed, type Phase1Keys, signatureKeys } from './phase1-keys.ts';
import { refused, refusedUnproved } from './refused.ts';
import { whenProved } from './run.ts';

/** The end of Aggressive Mode with signatures, responder, RFC 2409 §5.1; it begins when g^xy is there. */
export type AggressiveSigningResponder =
  | ({ readonly name: 'signing' } & Heard & Secured & Omit<Own, 'gxy'> & { readonly chain: CipherChain })
  | ({ readonly name: 'awaiting-signature' } & Heard & Secured)
  | ({ readonly name: 'verifying-peer' } & Heard & Secured & Claimed);

interface Secured {
  readonly method: SignatureMethod;
  readonly hashed: Phase1Hashed;
  readonly keys: Phase1Keys;
}
/** What the third message says, not proved yet, and where it came from. */
interface Claimed {
  readonly claim: Claim;
  readonly from: { readonly local: UdpEndpoint; readonly remote: UdpEndpoint };
  readonly nat: NatSituation;
}

/**
 * <--  HDR, SA, KE, Nr, IDir, HASH_R
 *
 * Hybrid Authentication: XAUTH will say who we are, and the peer signs all the same.
 */
export function sendHash(
  state: InResponder<'computing-secret'>,
  own: Own,
  method: SignatureMethod,
  context: Context,
): Transition<AggressiveModeResponder> {
  const known = secured(state, own, method, context);
  return secondMessage(known, [ownHash(context, 'responder', known, state.connection)], context);
}

/** HASH_R is ready to be signed; the private key may lie elsewhere. */
export function askForSignature(
  state: InResponder<'computing-secret'>,
  own: Own,
  method: SignatureMethod,
  context: Context,
): Transition<AggressiveModeResponder> {
  const known = secured(state, own, method, context);
  const { connection, requests } = state;
  return go<AggressiveModeResponder>({ ...known, name: 'signing' }, [
    { type: 'job', job: signJob(context, 'responder', known, connection, requests) },
  ]);
}

/** All that is known once g^xy is, and the keys that come of it. */
function secured(
  state: InResponder<'computing-secret'>,
  { gxy, ...own }: Own,
  method: SignatureMethod,
  { crypto }: Context,
) {
  const said = { ...state, ...own };
  return {
    ...said,
    method,
    hashed: phase1Hashed(said),
    ...signatureKeys(crypto, state.agreement.suite, { ...said, gxy }),
  };
}

/** <--  HDR, SA, KE, Nr, IDir, [ CERT, ] SIG_R */
export function onSignature(
  state: InResponder<'signing'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { connection, requests } = state;
  return secondMessage(state, signaturePayloads(requireJob(input, 'sign'), connection, requests), context);
}

function secondMessage(
  state: Heard & Secured & Omit<Own, 'gxy'> & { readonly chain: CipherChain },
  evidence: readonly OutgoingPayload[],
  context: Context,
): Transition<AggressiveModeResponder> {
  const { publicR, nonceR, chain, ...known } = state;
  const { connection, candidates, cookies, keys, peer } = known;
  const payloads = [
    state.answer,
    payload('key-exchange', { data: publicR }),
    payload('nonce', { data: nonceR }),
    ownIdentification(connection),
    ...evidence,
    ...certificateRequests(candidates),
    ...natDiscovery(context, cookies, keys.hash, peer.dialect, connection.natt.mode),
    ...answeringVendorIds(peer, [connection]),
  ];
  return go<AggressiveModeResponder>({ ...known, name: 'awaiting-signature' }, [
    { type: 'use-chain', chain },
    ...useFragments(peer),
    { type: 'send', payloads, encrypted: false, expectsAnswer: false },
  ]);
}

export const onPeerProof = (
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<AggressiveModeResponder> =>
  (isUserAlone(state.agreement.method, 'initiator') ? onPeerHash : onPeerSignature)(state, input, context);

/** HDR*, HASH_I  -->   The message is whole, and the peer has only claimed to be somebody. */
function onPeerHash(
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { candidates, idI: peerId, idBodyI: idBody, peer, keys } = state;
  requirePeerHash(context, 'initiator', state, { idBody, hash: valueOf(input, 'hash').data });
  return whenProved(() => {
    const { from, nat } = seenIn(state, input, context);
    const [connection] = matching(candidates, peerId);
    if (connection === undefined)
      return refusedUnproved(state.refusal ?? unwanted(candidates, peerId), keys, moved({ from }));
    const agreement = agreementFor(state, connection);
    const outcome = { connection, agreement, keys, nat, peer, peerId, initialContact: false };
    return go<AggressiveModeResponder>({ name: 'established', outcome }, moved({ from }));
  });
}

function seenIn(
  { connection, cookies, keys, peer }: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Pick<Claimed, 'from' | 'nat'> {
  const from = { local: input.local, remote: input.remote };
  const seen = { dialect: peer.dialect, payloads: input.payloads, ...from };
  return { from, nat: discoverNat(context, cookies, keys.hash, seen, connection.natt.mode) };
}

/** HDR*, [ CERT, ] SIG_I  -->   in clear as well: RFC 2409 §5.1 leaves it to the initiator. */
function onPeerSignature(
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { candidates, idI, idBodyI, method } = state;
  const claim = { identity: idI, idBody: idBodyI, ...evidenceIn(input) };
  return go<AggressiveModeResponder>({ ...state, ...seenIn(state, input, context), name: 'verifying-peer', claim }, [
    { type: 'job', job: verifyJob(candidates, method, claim) },
  ]);
}

export const onPeerVerdict = (
  state: InResponder<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeResponder> =>
  onVerdict<Transition<AggressiveModeResponder>>(context, 'initiator', state, input, {
    refuse: (error) => refused(error, state.keys, moved(state)),
    accept: (proved) => {
      const { claim, keys, candidates, nat, peer } = state;
      const connection = connectionFor(candidates, proved);
      if (connection === undefined)
        return refused(state.refusal ?? unwanted(candidates, claim.identity), keys, moved(state));
      const { proof, certificate } = proved;
      const agreement = agreementFor(state, connection);
      // RFC 2407 §4.6.3: nothing binds a Notification in Aggressive Mode to it.
      const outcome = outcomeOf({ connection, agreement, keys, nat, peer, proof, certificate, initialContact: false });
      return go<AggressiveModeResponder>({ name: 'established', outcome }, moved(state));
    },
  });

/** Answers go to where the message came from. */
const moved = ({ from }: Pick<Claimed, 'from'>): readonly Output[] => [{ type: 'move', ...from }];
