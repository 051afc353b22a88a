import { sameBytes } from '../../base/bytes.ts';
import { assertNever, IkeError } from '../../base/errors.ts';
import type { Identity } from '../../base/identity.ts';
import { Secret } from '../../base/secret.ts';
import { privateValue } from '../../crypto/private-value.ts';
import { provePreSharedKey } from '../auth/pre-shared-key.ts';
import type { PeerProof } from '../auth/proof.ts';
import type { EncodedCertificate } from '../effects.ts';
import { hashI, hashR } from '../keys/phase1-hash.ts';
import { evidenceOf, isUserAlone, methodsOf, proofOf } from '../negotiate/authentication.ts';
import { acceptPhase1, type Phase1Agreement } from '../negotiate/phase1-choice.ts';
import { phase1Offer } from '../negotiate/phase1-offer.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { payload } from '../wire/payload.ts';
import type { SaPayload } from '../wire/sa.ts';
import { oneGroup, thirdMessage } from './aggressive-mode.ts';
import { refused } from './refused.ts';
import {
  type AggressiveSigningInitiator,
  askAboutPeer,
  onPeerHash,
  onSignature,
  onPeerVerdict,
} from './aggressive-signing-initiator.ts';
import { certificateRequests, certificatesIn, requestsIn } from './certificates.ts';
import {
  type Context,
  type Cookies,
  copyOf,
  go,
  type Input,
  type Machine,
  type MessageInput,
  requireBegin,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { type MainModeEnd, NONCE_BYTES, ownIdentification } from './main-mode.ts';
import { discoverNat, type NatSituation } from './nat-discovery.ts';
import { ownVendorIds, type PeerTraits, peerTraits } from './peer-traits.ts';
import { matching, unwanted } from './peer-connection.ts';
import { phase1Hashed, preSharedKeyKeys, wipePhase1Keys } from './phase1-keys.ts';

/**
 * Aggressive Mode, initiator, with a pre-shared key (RFC 2409 §5.4) or signatures (RFC 2409 §5.1); RFC 2408 §4.7. Each state holds what
 * is known by then and nothing else.
 */
export type AggressiveModeInitiator =
  | ({ readonly name: 'ready' } & Plan)
  | ({ readonly name: 'generating-key' } & Plan & Own)
  | ({ readonly name: 'awaiting-answer' } & Waiting)
  | ({ readonly name: 'computing-secret' } & Waiting & { readonly answer: Answer })
  | ({ readonly name: 'finding-psk' } & Waiting & { readonly answer: Answer; readonly gxy: Secret })
  | AggressiveSigningInitiator
  | MainModeEnd;

interface Plan {
  readonly connection: ConnectionPolicy;
}
interface Own {
  readonly privateI: Secret;
}
export interface Waiting extends Plan, Own {
  readonly offer: SaPayload;
  /** SAi_b and IDii_b as sent: the HASHes cover them. */
  readonly saBodyI: Uint8Array;
  readonly idBodyI: Uint8Array;
  readonly publicI: Uint8Array;
  readonly nonceI: Uint8Array;
}
/** The second message, of which nothing is proved until HASH_R or SIG_R is looked at: that takes g^xy, and the key. */
export interface Answer {
  readonly cookies: Cookies;
  readonly agreement: Phase1Agreement;
  readonly peer: PeerTraits;
  readonly nat: NatSituation;
  readonly publicR: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly idR: Identity;
  readonly idBodyR: Uint8Array;
  /** HASH_R, or SIG_R. */
  readonly evidence: Uint8Array;
  readonly certificates: readonly EncodedCertificate[];
  /** What the peer asks for in the way of certificates. */
  readonly requests: readonly EncodedCertificate[];
}
export type InInitiator<N extends AggressiveModeInitiator['name']> = In<N>;
type In<N extends AggressiveModeInitiator['name']> = Extract<AggressiveModeInitiator, { name: N }>;

export const aggressiveModeInitiator: Machine<AggressiveModeInitiator> = {
  graph: {
    ready: ['generating-key', 'failed'],
    'generating-key': ['awaiting-answer', 'failed'],
    'awaiting-answer': ['computing-secret', 'failed'],
    'computing-secret': ['finding-psk', 'verifying-peer', 'signing', 'failed'],
    'finding-psk': ['established', 'failed'],
    'verifying-peer': ['signing', 'established', 'failed'],
    signing: ['established', 'failed'],
    established: [],
    failed: [],
  },
  busy: new Set(['generating-key', 'computing-secret', 'finding-psk', 'verifying-peer', 'signing'] as const),
  unproved: new Set(['computing-secret', 'finding-psk', 'verifying-peer'] as const),
  expects: { 'awaiting-answer': 'aggressive-2' },
  step,
  fail: (_state, error) => go({ name: 'failed', error }),
};

function step(state: AggressiveModeInitiator, input: Input, context: Context): Transition<AggressiveModeInitiator> {
  switch (state.name) {
    case 'ready':
      requireBegin(input);
      return begin(state, context);
    case 'generating-key':
      return onPublicValue(state, input, context);
    case 'awaiting-answer':
      return onAnswer(state, requireMessage(input), context);
    case 'computing-secret':
      return onSecret(state, input, context);
    case 'finding-psk':
      return onPsk(state, input, context);
    case 'verifying-peer':
      return onPeerVerdict(state, input, context);
    case 'signing':
      return onSignature(state, input, context);
    case 'established':
    case 'failed':
      throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name });
    default:
      return assertNever(state);
  }
}

function begin({ connection }: In<'ready'>, context: Context): Transition<AggressiveModeInitiator> {
  const group = oneGroup(connection.suites);
  const privateI = new Secret(privateValue(group, context.random));
  return go({ name: 'generating-key', connection, privateI }, [
    { type: 'job', job: { kind: 'dh-public', group, privateValue: privateI.reveal().slice() } },
  ]);
}

/** HDR, SA, KE, Ni, IDii  --> */
function onPublicValue(
  state: In<'generating-key'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeInitiator> {
  const { publicValue: publicI } = requireJob(input, 'dh-public');
  const { connection } = state;
  const offer = phase1Offer(connection.suites, connection.lifetime, methodsOf(connection, 'initiator'));
  const nonceI = context.random.bytes(NONCE_BYTES);
  const sa = payload('sa', offer);
  const id = ownIdentification(connection);
  const payloads = [
    sa,
    payload('key-exchange', { data: publicI }),
    payload('nonce', { data: nonceI }),
    id,
    // RFC 4945 §3.2.5 has the initiator ask later, but the certificate comes in the answer to this.
    ...certificateRequests([connection]),
    ...ownVendorIds(connection),
  ];
  const said = { offer, saBodyI: sa.body, idBodyI: id.body, publicI, nonceI };
  return go({ ...state, ...said, name: 'awaiting-answer' }, [
    { type: 'send', payloads, encrypted: false, expectsAnswer: true },
    // The answer says that its sender joins fragments, and may come in some.
    { type: 'use-fragments', size: connection.fragmentSize },
  ]);
}

/** <--  HDR, SA, KE, Nr, IDir, HASH_R   or   <--  HDR, SA, KE, Nr, IDir, [ CERT, ] SIG_R */
function onAnswer(
  state: In<'awaiting-answer'>,
  input: MessageInput,
  context: Context,
): Transition<AggressiveModeInitiator> {
  const agreement = acceptPhase1(state.offer, valueOf(input, 'sa'));
  const { hash, group } = agreement.suite;
  const publicR = valueOf(input, 'key-exchange').data.slice();
  if (sameBytes(publicR, state.publicI)) throw new IkeError('INVALID_KEY_INFORMATION', { what: 'our own value' });
  const { natt } = state.connection;
  const peer = peerTraits(input.payloads, [state.connection]);
  const seen = { dialect: peer.dialect, payloads: input.payloads, local: input.local, remote: input.remote };
  const { value: id, body: idBody } = input.payloads.one('identification');
  const answer: Answer = {
    cookies: copyOf(input.cookies),
    agreement,
    peer,
    nat: discoverNat(context, input.cookies, hash, seen, natt.mode),
    publicR,
    nonceR: valueOf(input, 'nonce').data.slice(),
    idR: { idType: id.idType, data: id.data.slice() },
    idBodyR: idBody.slice(),
    evidence: valueOf(input, evidenceOf(agreement.method, 'responder')).data.slice(),
    certificates: certificatesIn(input.payloads),
    requests: requestsIn(input.payloads),
  };
  return go({ ...state, name: 'computing-secret', answer }, [
    {
      type: 'job',
      job: { kind: 'dh-agree', group, privateValue: state.privateI.reveal().slice(), peerPublic: publicR },
    },
  ]);
}

/** g^xy is there; whose pre-shared key goes with this peer, or whose its certificate is, is a question to outside. */
function onSecret(state: In<'computing-secret'>, input: Input, context: Context): Transition<AggressiveModeInitiator> {
  const gxy = new Secret(requireJob(input, 'dh-agree').gxy);
  const method = proofOf(state.answer.agreement.method);
  if (method !== 'psk') {
    const hashes = isUserAlone(state.answer.agreement.method, 'responder');
    return (hashes ? onPeerHash : askAboutPeer)(state, gxy, method, context);
  }
  const job = {
    kind: 'find-psk',
    connections: [state.connection.name],
    local: context.local.address,
    remote: context.remote.address,
  } as const;
  return go({ ...state, name: 'finding-psk', gxy }, [{ type: 'job', job }]);
}

/** With the key HASH_R tells whose the second message was. */
function onPsk(state: In<'finding-psk'>, input: Input, context: Context): Transition<AggressiveModeInitiator> {
  const [candidate] = requireJob(input, 'find-psk').candidates;
  if (candidate === undefined) throw new IkeError('PSK_NOT_FOUND', { connection: state.connection.name });
  const { answer, gxy } = state;
  const said = { ...answer, publicI: state.publicI, nonceI: state.nonceI, saBodyI: state.saBodyI };
  const psk = new Secret(candidate.psk);
  const { keys, chain } = preSharedKeyKeys(context.crypto, answer.agreement.suite, psk, { ...said, gxy });
  psk.wipe();
  const hashed = phase1Hashed(said);
  const { skeyid } = keys.skeyids;
  const expected = hashR(context.crypto, keys.hash, skeyid, { ...hashed, idBodyR: answer.idBodyR });
  let proof: PeerProof;
  try {
    proof = provePreSharedKey(context.crypto, answer.idR, expected, answer.evidence);
  } catch (error) {
    // They are in no state yet, so nobody else knows them.
    wipePhase1Keys(keys);
    throw error;
  }
  if (matching([state.connection], proof.identity).length === 0)
    return refused(unwanted([state.connection], proof.identity), keys, [{ type: 'use-chain', chain }]);
  const hash = hashI(context.crypto, keys.hash, skeyid, { ...hashed, idBodyI: state.idBodyI });
  const { cookies, agreement, nat, peer } = answer;
  const peerId = proof.identity;
  const believed = { connection: state.connection, cookies, agreement, nat, peer, keys, chain, proof, peerId };
  return thirdMessage(believed, [payload('hash', { data: hash })], context);
}
