import { sameBytes } from '../../base/bytes.ts';
import { assertNever, IkeError } from '../../base/errors.ts';
import { extended } from '../../base/extended.ts';
import { Secret } from '../../base/secret.ts';
import { privateValue } from '../../crypto/private-value.ts';
import { provePreSharedKey } from '../auth/pre-shared-key.ts';
import type { EncodedCertificate, PskCandidate } from '../effects.ts';
import { hashI, hashR } from '../keys/phase1-hash.ts';
import { isUserAlone, methodsOf, proofOf } from '../negotiate/authentication.ts';
import { acceptPhase1, type Phase1Agreement } from '../negotiate/phase1-choice.ts';
import { phase1Offer } from '../negotiate/phase1-offer.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { pskMismatchUnanswered } from '../psk-mismatch.ts';
import { payload } from '../wire/payload.ts';
import type { SaPayload } from '../wire/sa.ts';
import { requestsIn } from './certificates.ts';
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
import { type MainModeEnd, NONCE_BYTES, outcomeOf, ownIdentification, requireWanted } from './main-mode.ts';
import { firstContact, hasInitialContact } from './initial-contact.ts';
import { discoverNat, natDiscovery, type NatSituation, toNattPort } from './nat-discovery.ts';
import { requireKeyOf } from './peer-connection.ts';
import { ownVendorIds, type PeerTraits, peerTraits, useFragments } from './peer-traits.ts';
import { phase1Hashed, type Phase1Keys, preSharedKeyKeys } from './phase1-keys.ts';
import { refused } from './refused.ts';
import { whenProved } from './run.ts';
import { askForSignature, isSigning, sendHash, type SigningInitiator, stepSigning } from './signing-initiator.ts';

/**
 * Main Mode, initiator, with a pre-shared key (RFC 2409 §5.4) or signatures (RFC 2409 §5.1). Each state holds what is known by then
 * and nothing else.
 */
export type MainModeInitiator =
  | ({ readonly name: 'ready' } & Plan)
  | ({ readonly name: 'awaiting-sa' } & Offered)
  | ({ readonly name: 'generating-key' } & Agreed & { readonly privateI: Secret })
  | ({ readonly name: 'awaiting-ke' } & Agreed & Own & { readonly privateI: Secret })
  | ({ readonly name: 'computing-secret' } & Agreed & Own & Peers)
  | ({ readonly name: 'finding-psk' } & Agreed & Own & Peers & { readonly gxy: Secret })
  | ({ readonly name: 'awaiting-auth' } & Agreed &
      Own &
      Peers & { readonly keys: Phase1Keys } & Pick<PskCandidate, 'identities'>)
  | SigningInitiator
  | MainModeEnd;

/** What is known when g^xy is there. */
export type Shared = Agreed & Own & Peers;
interface Plan {
  readonly connection: ConnectionPolicy;
}
interface Offered extends Plan {
  readonly offer: SaPayload;
  /** SAi_b as sent: HASH_I and HASH_R cover it. */
  readonly saBodyI: Uint8Array;
}
interface Agreed extends Offered {
  readonly agreement: Phase1Agreement;
  readonly peer: PeerTraits;
  /** What the peer asks for in the way of certificates. */
  readonly requests: readonly EncodedCertificate[];
}
interface Own {
  readonly publicI: Uint8Array;
  readonly nonceI: Uint8Array;
}
interface Peers {
  readonly cookies: Cookies;
  readonly publicR: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly nat: NatSituation;
}
export type InInitiator<N extends MainModeInitiator['name']> = In<N>;
type In<N extends MainModeInitiator['name']> = Extract<MainModeInitiator, { name: N }>;

export const mainModeInitiator: Machine<MainModeInitiator> = {
  graph: {
    ready: ['awaiting-sa', 'failed'],
    'awaiting-sa': ['generating-key', 'failed'],
    'generating-key': ['awaiting-ke', 'failed'],
    'awaiting-ke': ['computing-secret', 'failed'],
    'computing-secret': ['finding-psk', 'signing', 'awaiting-signature', 'failed'],
    'finding-psk': ['awaiting-auth', 'failed'],
    'awaiting-auth': ['established', 'failed'],
    signing: ['awaiting-signature', 'failed'],
    'awaiting-signature': ['verifying-peer', 'established', 'failed'],
    'verifying-peer': ['established', 'failed'],
    established: [],
    failed: [],
  },
  busy: new Set(['generating-key', 'computing-secret', 'finding-psk', 'signing', 'verifying-peer'] as const),
  unproved: new Set(['verifying-peer'] as const),
  expects: {
    'awaiting-sa': 'main-mode-2',
    'awaiting-ke': 'main-mode-4',
    'awaiting-auth': 'main-mode-6',
    'awaiting-signature': 'main-mode-6',
  },
  silence,
  step,
  fail,
};

function step(state: MainModeInitiator, input: Input, context: Context): Transition<MainModeInitiator> {
  if (isSigning(state)) return stepSigning(state, input, context);
  switch (state.name) {
    case 'ready':
      requireBegin(input);
      return offerSa(state);
    case 'awaiting-sa':
      return onSa(state, requireMessage(input), context);
    case 'generating-key':
      return onPublicValue(state, input, context);
    case 'awaiting-ke':
      return onKe(state, requireMessage(input), context);
    case 'computing-secret':
      return onSecret(state, input, context);
    case 'finding-psk':
      return onPsk(state, input, context);
    case 'awaiting-auth':
      return onAuth(state, requireMessage(input), context);
    case 'established':
    case 'failed':
      throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name });
    default:
      return assertNever(state);
  }
}

/** HDR, SA  --> */
function offerSa({ connection }: In<'ready'>): Transition<MainModeInitiator> {
  const offer = phase1Offer(connection.suites, connection.lifetime, methodsOf(connection, 'initiator'));
  const sa = payload('sa', offer);
  const payloads = [sa, ...ownVendorIds(connection)];
  return go({ name: 'awaiting-sa', connection, offer, saBodyI: sa.body }, [
    { type: 'send', payloads, encrypted: false, expectsAnswer: true },
  ]);
}

/** <--  HDR, SA */
function onSa(state: In<'awaiting-sa'>, input: MessageInput, context: Context): Transition<MainModeInitiator> {
  const agreement = acceptPhase1(state.offer, valueOf(input, 'sa'));
  const { group } = agreement.suite;
  const privateI = new Secret(privateValue(group, context.random));
  const peer = peerTraits(input.payloads, [state.connection]);
  const requests = requestsIn(input.payloads);
  return go(extended(state, { name: 'generating-key', agreement, peer, requests, privateI }), [
    ...useFragments(peer),
    { type: 'job', job: { kind: 'dh-public', group, privateValue: privateI.reveal().slice() } },
  ]);
}

/** HDR, KE, Ni  --> */
function onPublicValue(state: In<'generating-key'>, input: Input, context: Context): Transition<MainModeInitiator> {
  const { publicValue } = requireJob(input, 'dh-public');
  const nonceI = context.random.bytes(NONCE_BYTES);
  const payloads = [
    payload('key-exchange', { data: publicValue }),
    payload('nonce', { data: nonceI }),
    ...natDiscovery(
      context,
      context.cookies,
      state.agreement.suite.hash,
      state.peer.dialect,
      state.connection.natt.mode,
    ),
  ];
  return go(extended(state, { name: 'awaiting-ke', publicI: publicValue, nonceI }), [
    { type: 'send', payloads, encrypted: false, expectsAnswer: true },
  ]);
}

/** <--  HDR, KE, Nr */
function onKe(state: In<'awaiting-ke'>, input: MessageInput, context: Context): Transition<MainModeInitiator> {
  const { suite } = state.agreement;
  const publicR = valueOf(input, 'key-exchange').data.slice();
  // Our own third message, played back, has the shape of the fourth.
  if (sameBytes(publicR, state.publicI)) throw new IkeError('INVALID_KEY_INFORMATION', { what: 'our own value' });
  const nonceR = valueOf(input, 'nonce').data.slice();
  const seen = { dialect: state.peer.dialect, payloads: input.payloads, local: input.local, remote: input.remote };
  const nat = discoverNat(context, input.cookies, suite.hash, seen, state.connection.natt.mode);
  const { privateI, ...known } = state;
  const requests = [...state.requests, ...requestsIn(input.payloads)];

  const cookies = copyOf(input.cookies);
  return go(extended(known, { name: 'computing-secret', cookies, publicR, nonceR, nat, requests }), [
    {
      type: 'job',
      job: { kind: 'dh-agree', group: suite.group, privateValue: privateI.reveal().slice(), peerPublic: publicR },
    },
  ]);
}

/** g^xy is there; whose pre-shared key goes with this peer, or our signature, is a question to outside. */
function onSecret(state: In<'computing-secret'>, input: Input, context: Context): Transition<MainModeInitiator> {
  const gxy = new Secret(requireJob(input, 'dh-agree').gxy);
  const method = proofOf(state.agreement.method);
  if (method !== 'psk')
    return (isUserAlone(state.agreement.method, 'initiator') ? sendHash : askForSignature)(state, gxy, method, context);
  const job = {
    kind: 'find-psk',
    connections: [state.connection.name],
    local: context.local.address,
    remote: context.remote.address,
  } as const;
  return go(extended(state, { name: 'finding-psk', gxy }), [{ type: 'job', job }]);
}

/** HDR*, IDii, HASH_I  --> */
function onPsk(state: In<'finding-psk'>, input: Input, context: Context): Transition<MainModeInitiator> {
  const [candidate] = requireJob(input, 'find-psk').candidates;
  if (candidate === undefined) throw new IkeError('PSK_NOT_FOUND', { connection: state.connection.name });
  const psk = new Secret(candidate.psk);
  const { keys, chain } = preSharedKeyKeys(context.crypto, state.agreement.suite, psk, state);
  psk.wipe();
  const id = ownIdentification(state.connection);
  const hash = hashI(context.crypto, keys.hash, keys.skeyids.skeyid, { ...phase1Hashed(state), idBodyI: id.body });
  const payloads = [id, payload('hash', { data: hash }), ...firstContact(state.connection, state.cookies, context)];
  const { gxy: _spent, ...rest } = state;
  return go(extended(rest, { name: 'awaiting-auth', keys, identities: candidate.identities }), [
    ...toNattPort(state.nat, context),
    { type: 'use-chain', chain },
    { type: 'send', payloads, encrypted: true, expectsAnswer: true },
  ]);
}

/** <--  HDR*, IDir, HASH_R */
function onAuth(state: In<'awaiting-auth'>, input: MessageInput, context: Context): Transition<MainModeInitiator> {
  const id = input.payloads.one('identification');
  const expected = hashR(context.crypto, state.keys.hash, state.keys.skeyids.skeyid, {
    ...phase1Hashed(state),
    idBodyR: id.body,
  });
  const proof = provePreSharedKey(context.crypto, id.value, expected, valueOf(input, 'hash').data);
  return whenProved(() => {
    requireWanted(state.connection, id.value);
    requireKeyOf(state, id.value);
    const { connection, agreement, keys, nat, peer } = state;
    const initialContact = hasInitialContact(input.payloads, state.cookies);
    const outcome = outcomeOf({ connection, agreement, keys, nat, peer, proof, initialContact });
    return go<MainModeInitiator>({ name: 'established', outcome });
  });
}

/**
 * A peer that answered in clear and falls silent at the first encrypted message cannot read it (RFC 2409 §5.4 has SKEYID depend on
 * the key), unless that was the one with which we moved to another port.
 */
function silence(state: MainModeInitiator): IkeError | undefined {
  if (state.name === 'awaiting-signature')
    return new IkeError('PEER_SILENT', {
      what: 'no answer to the fifth message of Main Mode',
      reason: `${isUserAlone(state.agreement.method, 'initiator') ? '' : 'the peer does not like our certificate, or '}fragments of large datagrams are lost on the way`,
    });
  if (state.name !== 'awaiting-auth' || state.nat.encapsulate) return undefined;
  return pskMismatchUnanswered();
}

/** At the sixth message the peer believes that the SA stands, so it has to hear that it does not; unless it said so itself. */
function fail(state: MainModeInitiator, error: IkeError): Transition<MainModeInitiator> {
  const told = error.code === 'AUTHENTICATION_FAILED' && error.details['saidBy'] === undefined;
  const believing = state.name === 'awaiting-auth' || state.name === 'verifying-peer';
  return told && believing ? refused(error, state.keys) : go<MainModeInitiator>({ name: 'failed', error });
}
