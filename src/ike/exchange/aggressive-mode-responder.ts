import { assertNever, IkeError } from '../../base/errors.ts';
import { type Identity, identityText, sameIdentity } from '../../base/identity.ts';
import { Secret } from '../../base/secret.ts';
import { GROUPS } from '../../crypto/groups.ts';
import { privateValue } from '../../crypto/private-value.ts';
import { provePreSharedKey } from '../auth/pre-shared-key.ts';
import type { EncodedCertificate, PskCandidate } from '../effects.ts';
import { hashI, hashR, type Phase1Hashed } from '../keys/phase1-hash.ts';
import { isUserAlone, proofOf } from '../negotiate/authentication.ts';
import { choosePhase1, type Phase1Agreement, type Phase1Choice } from '../negotiate/phase1-choice.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { payload } from '../wire/payload.ts';
import {
  type AggressiveSigningResponder,
  askForSignature,
  onPeerProof,
  onSignature,
  onPeerVerdict,
  sendHash,
} from './aggressive-signing-responder.ts';
import { requestsIn } from './certificates.ts';
import {
  type Context,
  type Cookies,
  copyOf,
  go,
  type Input,
  type Machine,
  type MessageInput,
  type OutgoingPayload,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { type MainModeEnd, NONCE_BYTES, outcomeOf, ownIdentification } from './main-mode.ts';
import { discoverNat, natDiscovery } from './nat-discovery.ts';
import { answeringVendorIds, type PeerTraits, peerTraits, useFragments } from './peer-traits.ts';
import { agreementFor, isKeyOf, matching, unwanted } from './peer-connection.ts';
import { phase1Hashed, type Phase1Keys, preSharedKeyKeys } from './phase1-keys.ts';
import { whenProved } from './run.ts';

/**
 * Aggressive Mode, responder, with a pre-shared key (RFC 2409 §5.4) or signatures (RFC 2409 §5.1); RFC 2408 §4.7. Each state holds what
 * is known by then and nothing else.
 */
export type AggressiveModeResponder =
  | ({ readonly name: 'awaiting-sa' } & Candidates)
  | ({ readonly name: 'computing-secret' } & Heard)
  | ({ readonly name: 'finding-psk' } & Heard & Own)
  | ({ readonly name: 'awaiting-auth' } & Heard & { readonly hashed: Phase1Hashed; readonly keys: Phase1Keys })
  | AggressiveSigningResponder
  | MainModeEnd;

interface Candidates {
  /** Connections that this peer may be, by the addresses; the best match first. */
  readonly candidates: readonly ConnectionPolicy[];
}
export interface Heard extends Candidates {
  readonly cookies: Cookies;
  /** Whose identity is ours in the answer; of the candidates that have the same one, a certificate may fit another. */
  readonly connection: ConnectionPolicy;
  readonly agreement: Phase1Agreement;
  /** What each candidate makes of the offered lifetime. */
  readonly lifetimes: Phase1Choice['allowed'];
  readonly answer: OutgoingPayload;
  readonly saBodyI: Uint8Array;
  readonly publicI: Uint8Array;
  readonly nonceI: Uint8Array;
  readonly idI: Identity;
  readonly idBodyI: Uint8Array;
  readonly peer: PeerTraits;
  /** What the peer asks for in the way of certificates. */
  readonly requests: readonly EncodedCertificate[];
  /** Why nobody can prove to be this peer, who is not told before he has tried: with a pre-shared key, one that nobody has. */
  readonly refusal: IkeError | undefined;
}
export interface Own {
  readonly publicR: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly gxy: Secret;
}
export type InResponder<N extends AggressiveModeResponder['name']> = In<N>;
type In<N extends AggressiveModeResponder['name']> = Extract<AggressiveModeResponder, { name: N }>;

/** Octets of the key that nobody has: more than any PRF takes apart. */
const NOBODYS_KEY_BYTES = 32;

export const aggressiveModeResponder: Machine<AggressiveModeResponder> = {
  graph: {
    'awaiting-sa': ['computing-secret', 'failed'],
    'computing-secret': ['finding-psk', 'signing', 'awaiting-signature', 'failed'],
    'finding-psk': ['awaiting-auth', 'failed'],
    'awaiting-auth': ['established', 'failed'],
    signing: ['awaiting-signature', 'failed'],
    'awaiting-signature': ['verifying-peer', 'established', 'failed'],
    'verifying-peer': ['established', 'failed'],
    established: [],
    failed: [],
  },
  busy: new Set(['computing-secret', 'finding-psk', 'signing', 'verifying-peer'] as const),
  unproved: new Set(['verifying-peer'] as const),
  expects: {
    'awaiting-sa': 'aggressive-1',
    'awaiting-auth': 'aggressive-3',
    'awaiting-signature': 'aggressive-3',
  },
  step,
  fail: (_state, error) => go({ name: 'failed', error }),
};

function step(state: AggressiveModeResponder, input: Input, context: Context): Transition<AggressiveModeResponder> {
  switch (state.name) {
    case 'awaiting-sa':
      return onSa(state, requireMessage(input), context);
    case 'computing-secret':
      return onSecret(state, input, context);
    case 'finding-psk':
      return onPsk(state, input, context);
    case 'awaiting-auth':
      return onAuth(state, requireMessage(input), context);
    case 'signing':
      return onSignature(state, input, context);
    case 'awaiting-signature':
      return onPeerProof(state, requireMessage(input), context);
    case 'verifying-peer':
      return onPeerVerdict(state, input, context);
    case 'established':
    case 'failed':
      throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name });
    default:
      return assertNever(state);
  }
}

/**
 * HDR, SA, KE, Ni, IDii  -->
 *
 * The identity, in clear here, picks the connection. One that no connection takes is answered all the same: else anybody could ask us
 * for identities, one by one.
 */
function onSa(
  { candidates }: In<'awaiting-sa'>,
  input: MessageInput,
  context: Context,
): Transition<AggressiveModeResponder> {
  const [sa, id] = [input.payloads.one('sa'), input.payloads.one('identification')];
  const publicI = valueOf(input, 'key-exchange').data.slice();
  const idI = { idType: id.value.idType, data: id.value.data.slice() };
  const admitting = matching(candidates, idI);
  const open = admitting.length === 0 ? candidates : admitting;
  const { chosen, answer, allowed } = choosePhase1(sa.value, ofItsGroup(open, publicI));
  const connection = open.find(({ name }) => name === allowed[0]?.connection);
  if (connection === undefined) throw new IkeError('INTERNAL', { what: 'chosen connection is nobody’s' });
  const { group } = chosen.suite;
  const job = {
    kind: 'dh-exchange',
    group,
    privateValue: privateValue(group, context.random),
    peerPublic: publicI,
  } as const;
  const heard = {
    candidates: open.filter((one) => isAllowed(one, allowed) && sameIdentity(one.local.id, connection.local.id)),
    cookies: copyOf(context.cookies),
    connection,
    agreement: chosen,
    lifetimes: allowed,
    answer: payload('sa', answer),
    saBodyI: sa.body.slice(),
    publicI,
    nonceI: valueOf(input, 'nonce').data.slice(),
    idI,
    idBodyI: id.body.slice(),
    peer: peerTraits(input.payloads, [connection]),
    requests: requestsIn(input.payloads),
    refusal: admitting.length === 0 ? unwanted(candidates, idI) : undefined,
  };
  return go({ name: 'computing-secret', ...heard }, [{ type: 'job', job }]);
}

/** g^xy is there; the key is looked for by the identity that the peer claims, or our signature is asked for. */
function onSecret(state: In<'computing-secret'>, input: Input, context: Context): Transition<AggressiveModeResponder> {
  const { publicValue: publicR, gxy } = requireJob(input, 'dh-exchange');
  const nonceR = context.random.bytes(NONCE_BYTES);
  const method = proofOf(state.agreement.method);
  if (method !== 'psk') {
    const hashes = isUserAlone(state.agreement.method, 'responder');
    const own = { publicR, nonceR, gxy: new Secret(gxy) };
    return (hashes ? sendHash : askForSignature)(state, own, method, context);
  }
  const job = {
    kind: 'find-psk',
    connections: state.refusal === undefined ? state.candidates.map(({ name }) => name) : [],
    local: context.local.address,
    remote: context.remote.address,
    identity: state.idI,
  } as const;
  return go({ ...state, name: 'finding-psk', publicR, nonceR, gxy: new Secret(gxy) }, [{ type: 'job', job }]);
}

/** <--  HDR, SA, KE, Nr, IDir, HASH_R */
function onPsk(state: In<'finding-psk'>, input: Input, context: Context): Transition<AggressiveModeResponder> {
  const { publicR, nonceR, gxy: _spent, ...heard } = state;
  const { cookies, peer } = heard;
  const candidates = requireJob(input, 'find-psk').candidates;
  const [found] = heard.candidates.flatMap((policy) => keyFor(policy, state.idI, candidates));
  const { connection, candidate } = found ?? { connection: heard.connection, candidate: undefined };
  const psk = new Secret(candidate?.psk ?? context.random.bytes(NOBODYS_KEY_BYTES));
  const { keys, chain } = preSharedKeyKeys(context.crypto, heard.agreement.suite, psk, state);
  psk.wipe();
  const hashed = phase1Hashed(state);
  const id = ownIdentification(connection);
  const hash = hashR(context.crypto, keys.hash, keys.skeyids.skeyid, { ...hashed, idBodyR: id.body });
  const payloads = [
    state.answer,
    payload('key-exchange', { data: publicR }),
    payload('nonce', { data: nonceR }),
    id,
    payload('hash', { data: hash }),
    ...natDiscovery(context, cookies, keys.hash, peer.dialect, connection.natt.mode),
    ...answeringVendorIds(peer, [connection]),
  ];
  const noKey = new IkeError('PSK_NOT_FOUND', { connection: connection.name, theirs: identityText(state.idI) });
  const refusal = state.refusal ?? (candidate === undefined ? noKey : undefined);
  const agreement = agreementFor(heard, connection);
  return go({ ...heard, name: 'awaiting-auth', connection, agreement, hashed, keys, refusal }, [
    { type: 'use-chain', chain },
    { type: 'send', payloads, encrypted: false, expectsAnswer: false },
    ...useFragments(peer),
  ]);
}

/** HDR*, HASH_I  -->   in clear as well: RFC 2409 §5.4 leaves it to the initiator. */
function onAuth(
  state: In<'awaiting-auth'>,
  input: MessageInput,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { connection, agreement, keys, peer, hashed, idI, idBodyI } = state;
  const expected = hashI(context.crypto, keys.hash, keys.skeyids.skeyid, { ...hashed, idBodyI });
  const proof = provePreSharedKey(context.crypto, idI, expected, valueOf(input, 'hash').data);
  return whenProved(() => {
    const seen = { dialect: peer.dialect, payloads: input.payloads, local: input.local, remote: input.remote };
    const outcome = outcomeOf({
      ...{ connection, agreement, keys, peer, proof },
      nat: discoverNat(context, state.cookies, keys.hash, seen, connection.natt.mode),
      // RFC 2407 §4.6.3: nothing binds a Notification in Aggressive Mode to it.
      initialContact: false,
    });
    return go<AggressiveModeResponder>({ name: 'established', outcome }, [
      { type: 'move', local: input.local, remote: input.remote },
    ]);
  });
}

/** With its own public value the peer has chosen the group, or all that are as long; where it fits none, the refusal says so. */
function ofItsGroup(open: readonly ConnectionPolicy[], { length }: Uint8Array): readonly ConnectionPolicy[] {
  const fitting = open.map((policy) => ({
    ...policy,
    suites: policy.suites.filter(({ group }) => GROUPS[group].publicBytes === length),
  }));
  return fitting.some(({ suites }) => suites.length > 0) ? fitting : open;
}

const isAllowed = ({ name }: ConnectionPolicy, allowed: Phase1Choice['allowed']): boolean =>
  allowed.some(({ connection }) => connection === name);

/** A connection with the key with which this peer may prove itself there, if there is one. */
function keyFor(
  connection: ConnectionPolicy,
  id: Identity,
  keys: readonly PskCandidate[],
): { readonly connection: ConnectionPolicy; readonly candidate: PskCandidate }[] {
  const candidate = keys.find((one) => one.connections.includes(connection.name) && isKeyOf(one, id));
  return candidate === undefined ? [] : [{ connection, candidate }];
}
