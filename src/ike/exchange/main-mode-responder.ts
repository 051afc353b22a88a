import { assertNever, IkeError } from '../../base/errors.ts';
import { extended } from '../../base/extended.ts';
import type { Identity } from '../../base/identity.ts';
import { Secret } from '../../base/secret.ts';
import { privateValue } from '../../crypto/private-value.ts';
import { provePreSharedKey } from '../auth/pre-shared-key.ts';
import type { EncodedCertificate, PskCandidate } from '../effects.ts';
import type { CipherChain } from '../keys/cipher-chain.ts';
import { hashI, hashR } from '../keys/phase1-hash.ts';
import { proofOf } from '../negotiate/authentication.ts';
import { isFragmentationVendorId } from '../negotiate/fragmentation.ts';
import { choosePhase1, type Phase1Agreement, type Phase1Choice } from '../negotiate/phase1-choice.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { payload } from '../wire/payload.ts';
import { certificateRequests, requestsIn } from './certificates.ts';
import {
  type Context,
  type Cookies,
  copyOf,
  go,
  type Input,
  type Machine,
  type MessageInput,
  type Output,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { firstContact, hasInitialContact } from './initial-contact.ts';
import { type MainModeEnd, NONCE_BYTES, outcomeOf, ownIdentification } from './main-mode.ts';
import { discoverNat, natDiscovery, type NatSituation } from './nat-discovery.ts';
import { answeringVendorIds, fitting, type PeerTraits, peerTraits, useFragments } from './peer-traits.ts';
import { phase1Hashed, type Phase1Keys, preSharedKeyKeys } from './phase1-keys.ts';
import { agreementFor, isKeyOf, matching, unwanted } from './peer-connection.ts';
import { refused } from './refused.ts';
import { whenProved } from './run.ts';
import { awaitSignature, onPeerProof, onSignature, onPeerVerdict, type SigningResponder } from './signing-responder.ts';

/**
 * Main Mode, responder, with a pre-shared key (RFC 2409 §5.4) or signatures (RFC 2409 §5.1). Each state holds what is known by then
 * and nothing else.
 */
export type MainModeResponder =
  | ({ readonly name: 'awaiting-sa' } & Candidates)
  | ({ readonly name: 'awaiting-ke' } & Agreed)
  | ({ readonly name: 'computing-secret' } & Agreed & Heard)
  | ({ readonly name: 'finding-psk' } & Agreed & Heard & Own)
  | ({ readonly name: 'awaiting-auth' } & Agreed &
      Heard &
      Omit<Own, 'gxy'> & { readonly keyRing: readonly KeyRingEntry[] })
  | SigningResponder
  | MainModeEnd;

/** What is known when the fourth message is on its way. */
export type Shared = Agreed & Heard & Omit<Own, 'gxy'>;
interface Candidates {
  /** Connections that this peer may be, by the addresses; the best match first. */
  readonly candidates: readonly ConnectionPolicy[];
}
interface Agreed extends Candidates {
  readonly cookies: Cookies;
  readonly agreement: Phase1Agreement;
  /** What each candidate makes of the offered lifetime. */
  readonly lifetimes: Phase1Choice['allowed'];
  readonly saBodyI: Uint8Array;
  readonly peer: PeerTraits;
  /** What the peer asks for in the way of certificates. */
  readonly requests: readonly EncodedCertificate[];
}
interface Heard {
  readonly publicI: Uint8Array;
  readonly nonceI: Uint8Array;
  readonly nat: NatSituation;
}
interface Own {
  readonly publicR: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly gxy: Secret;
}
/** Keys under one of the pre-shared keys that the peer may have: the fifth message shows which (it has no identity before). */
interface KeyRingEntry extends Pick<PskCandidate, 'connections' | 'identities'> {
  readonly keys: Phase1Keys;
  readonly chain: CipherChain;
}
export type InResponder<N extends MainModeResponder['name']> = In<N>;
type In<N extends MainModeResponder['name']> = Extract<MainModeResponder, { name: N }>;

/** More pre-shared keys than this are not tried on one message: it is not authenticated yet, so its cost is bounded. */
export const MAX_KEYS_TRIED = 16;

export const mainModeResponder: Machine<MainModeResponder> = {
  graph: {
    'awaiting-sa': ['awaiting-ke', 'failed'],
    'awaiting-ke': ['computing-secret', 'failed'],
    'computing-secret': ['finding-psk', 'awaiting-signature', 'failed'],
    'finding-psk': ['awaiting-auth', 'failed'],
    'awaiting-auth': ['established', 'failed'],
    'awaiting-signature': ['verifying-peer', 'signing', 'failed'],
    'verifying-peer': ['signing', 'established', 'failed'],
    signing: ['established', 'failed'],
    established: [],
    failed: [],
  },
  busy: new Set(['computing-secret', 'finding-psk', 'verifying-peer', 'signing'] as const),
  unproved: new Set(['verifying-peer'] as const),
  expects: {
    'awaiting-sa': 'main-mode-1',
    'awaiting-ke': 'main-mode-3',
    'awaiting-auth': 'main-mode-5',
    'awaiting-signature': 'main-mode-5',
  },
  candidates: (state) => (state.name === 'awaiting-auth' ? state.keyRing.map(({ chain }) => chain) : []),
  step,
  fail: (_state, error) => go({ name: 'failed', error }),
};

function step(state: MainModeResponder, input: Input, context: Context): Transition<MainModeResponder> {
  switch (state.name) {
    case 'awaiting-sa':
      return onSa(state, requireMessage(input), context);
    case 'awaiting-ke':
      return onKe(state, requireMessage(input), context);
    case 'computing-secret':
      return onSecret(state, input, context);
    case 'finding-psk':
      return onPsk(state, input, context);
    case 'awaiting-auth':
      return onAuth(state, requireMessage(input), context);
    case 'awaiting-signature':
      return onPeerProof(state, requireMessage(input), context);
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

/** HDR, SA  -->   and   <--  HDR, SA */
function onSa(state: In<'awaiting-sa'>, input: MessageInput, context: Context): Transition<MainModeResponder> {
  const sa = input.payloads.one('sa');
  const { chosen, answer, allowed } = choosePhase1(sa.value, state.candidates);
  const candidates = state.candidates.filter(({ name }) => allowed.some(({ connection }) => connection === name));
  const peer = peerTraits(input.payloads, candidates);
  const payloads = fitting(context.replyRoom, [payload('sa', answer), ...answeringVendorIds(peer, candidates)]);
  const announced = payloads.some(({ body }) => isFragmentationVendorId(body));
  const next = {
    name: 'awaiting-ke',
    candidates,
    cookies: copyOf(context.cookies),
    agreement: chosen,
    lifetimes: allowed,
    saBodyI: sa.body.slice(),
    peer,
    requests: requestsIn(input.payloads),
  } as const;
  return go<MainModeResponder>(next, [
    { type: 'send', payloads, encrypted: false, expectsAnswer: false },
    ...(announced ? useFragments(peer) : []),
  ]);
}

/** HDR, KE, Ni  --> */
function onKe(state: In<'awaiting-ke'>, input: MessageInput, context: Context): Transition<MainModeResponder> {
  const { suite } = state.agreement;
  const publicI = valueOf(input, 'key-exchange').data.slice();
  const nonceI = valueOf(input, 'nonce').data.slice();
  const seen = { dialect: state.peer.dialect, payloads: input.payloads, local: input.local, remote: input.remote };
  const nat = discoverNat(context, state.cookies, suite.hash, seen, nattMode(state));
  const job = {
    kind: 'dh-exchange',
    group: suite.group,
    privateValue: privateValue(suite.group, context.random),
    peerPublic: publicI,
  } as const;
  const requests = [...state.requests, ...requestsIn(input.payloads)];
  return go(extended(state, { name: 'computing-secret', publicI, nonceI, nat, requests }), [{ type: 'job', job }]);
}

/** <--  HDR, KE, Nr */
function onSecret(state: In<'computing-secret'>, input: Input, context: Context): Transition<MainModeResponder> {
  const { publicValue, gxy } = requireJob(input, 'dh-exchange');
  const method = proofOf(state.agreement.method);
  const nonceR = context.random.bytes(NONCE_BYTES);
  const payloads = [
    payload('key-exchange', { data: publicValue }),
    payload('nonce', { data: nonceR }),
    ...natDiscovery(context, state.cookies, state.agreement.suite.hash, state.peer.dialect, nattMode(state)),
    ...(method === 'psk' ? [] : certificateRequests(state.candidates)),
  ];
  const answer = { type: 'send', payloads, encrypted: false, expectsAnswer: false } as const;
  const own = { publicR: publicValue, nonceR, gxy: new Secret(gxy) };
  if (method !== 'psk') return awaitSignature({ ...state, ...own }, method, answer, context);
  const connections = state.candidates.map(({ name }) => name);
  return go(extended(state, { name: 'finding-psk', ...own }), [
    answer,
    {
      type: 'job',
      job: { kind: 'find-psk', connections, local: context.local.address, remote: context.remote.address },
    },
  ]);
}

/** Every key that the peer may have gives one set of SKEYIDs to try on the fifth message. */
function onPsk(state: In<'finding-psk'>, input: Input, context: Context): Transition<MainModeResponder> {
  const { candidates } = requireJob(input, 'find-psk');
  if (candidates.length === 0) throw new IkeError('PSK_NOT_FOUND', { peer: context.remote.address });
  const keyRing = candidates.slice(0, MAX_KEYS_TRIED).map(({ psk, connections, identities }) => {
    const secret = new Secret(psk);
    const derived = preSharedKeyKeys(context.crypto, state.agreement.suite, secret, state);
    secret.wipe();
    return { connections, identities, ...derived };
  });
  const { gxy: _spent, ...known } = state;
  return go(extended(known, { name: 'awaiting-auth', keyRing }));
}

/** HDR*, IDii, HASH_I  -->   and   <--  HDR*, IDir, HASH_R */
function onAuth(state: In<'awaiting-auth'>, input: MessageInput, context: Context): Transition<MainModeResponder> {
  const entry = state.keyRing[input.candidate];
  if (entry === undefined) throw new IkeError('INTERNAL', { what: 'key ring', at: input.candidate });
  const { hash, skeyids } = entry.keys;
  const idI = input.payloads.one('identification');
  const proof = provePreSharedKey(
    context.crypto,
    idI.value,
    hashI(context.crypto, hash, skeyids.skeyid, { ...phase1Hashed(state), idBodyI: idI.body }),
    valueOf(input, 'hash').data,
  );
  return whenProved(() => {
    // Two peers may have the same key: then the identity decides between their entries too.
    const alike = state.keyRing.filter(({ keys }) =>
      context.crypto.equal(keys.skeyids.skeyid.reveal(), skeyids.skeyid.reveal()),
    );
    const connection = chooseConnection(state.candidates, alike, idI.value);
    // In clear the peer could not believe it, and would wait to no purpose.
    if (IkeError.is(connection)) return refused(connection, entry.keys, [moved(input)]);
    const idR = ownIdentification(connection);
    const hashValue = hashR(context.crypto, hash, skeyids.skeyid, { ...phase1Hashed(state), idBodyR: idR.body });
    const payloads = [idR, payload('hash', { data: hashValue }), ...firstContact(connection, state.cookies, context)];
    const { nat, peer } = state;
    const agreement = agreementFor(state, connection);
    const initialContact = hasInitialContact(input.payloads, state.cookies);
    const outcome = outcomeOf({ connection, agreement, keys: entry.keys, nat, peer, proof, initialContact });
    return go<MainModeResponder>({ name: 'established', outcome }, [
      moved(input),
      { type: 'send', payloads, encrypted: true, expectsAnswer: false },
    ]);
  });
}

/** The identity picks the connection, among those that the addresses, the suite and the key allow. */
function chooseConnection(
  candidates: readonly ConnectionPolicy[],
  entries: readonly KeyRingEntry[],
  peerId: Identity,
): ConnectionPolicy | IkeError {
  const open = candidates.filter(({ name }) => entries.some(({ connections }) => connections.includes(name)));
  const [chosen] = matching(open, peerId).filter(({ name }) =>
    entries.some((entry) => entry.connections.includes(name) && isKeyOf(entry, peerId)),
  );
  return chosen ?? unwanted(open, peerId);
}

/** Answers go to where the message came from. */
const moved = ({ local, remote }: MessageInput): Output => ({ type: 'move', local, remote });

/** Before the identity is known the candidates have to agree; where they do not, the NAT is looked for and not pretended. */
function nattMode(state: Candidates): ConnectionPolicy['natt']['mode'] {
  const modes = new Set(state.candidates.map(({ natt }) => natt.mode));
  const [only] = modes;
  return modes.size === 1 && only !== undefined ? only : 'auto';
}
