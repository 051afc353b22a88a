import { assertNever, IkeError } from '../../base/errors.ts';
import { extended } from '../../base/extended.ts';
import { Secret } from '../../base/secret.ts';
import { privateValue } from '../../crypto/private-value.ts';
import { hash1, hash2, hash3 } from '../keys/quick-hash.ts';
import { choosePhase2, phase2Answer, type Phase2Agreement } from '../negotiate/phase2-choice.ts';
import type { TunnelPolicy } from '../negotiate/policy.ts';
import { type Claim, requireUnclaimed } from '../negotiate/unclaimed.ts';
import type { IdentificationPayload } from '../wire/identification.ts';
import { payload } from '../wire/payload.ts';
import {
  type Context,
  go,
  type HashedMessage,
  hashedMessage,
  type Input,
  type Machine,
  type MessageInput,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { NONCE_BYTES } from './main-mode.ts';
import { acceptedEncapsulations } from './nat-discovery.ts';
import { natOaPayloads, type OriginalAddresses, originalAddresses } from './nat-oa.ts';
import {
  establishedEvent,
  hashed,
  type KeymatInput,
  negotiatedSa,
  nonceBody,
  type QuickModeBasis,
  type QuickModeEnd,
  type QuickModeResult,
} from './quick-mode.ts';
import { askedSelectors, askedTunnel, requireOriginals } from './quick-mode-selectors.ts';
import { responderLifetime } from './responder-lifetime.ts';
import { whenProved } from './run.ts';

/** Quick Mode, responder, RFC 2409 §5.5. Each state holds what is known by then and nothing else. */
export type QuickModeResponder =
  | ({ readonly name: 'awaiting-offer'; readonly claimed: readonly Claim[] } & QuickModeBasis)
  | ({ readonly name: 'allocating-spi' } & Chosen)
  | ({ readonly name: 'computing-secret' } & Chosen & { readonly inboundSpi: number })
  | ({ readonly name: 'awaiting-confirmation' } & Answered)
  | QuickModeEnd;

interface Chosen extends QuickModeBasis {
  readonly tunnel: TunnelPolicy;
  readonly agreement: Phase2Agreement;
  readonly nonceI: Uint8Array;
  /** With PFS only. */
  readonly publicI: Uint8Array | undefined;
  /** IDci and IDcr as they came, to be echoed; none where the peer sent none. */
  readonly identities: readonly IdentificationPayload[];
  readonly originals: OriginalAddresses | undefined;
}
interface Answered extends QuickModeBasis {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly outbound: KeymatInput;
}
type In<N extends QuickModeResponder['name']> = Extract<QuickModeResponder, { name: N }>;

export const quickModeResponder: Machine<QuickModeResponder> = {
  graph: {
    'awaiting-offer': ['allocating-spi', 'failed'],
    'allocating-spi': ['computing-secret', 'awaiting-confirmation', 'failed'],
    'computing-secret': ['awaiting-confirmation', 'failed'],
    'awaiting-confirmation': ['established', 'failed'],
    established: [],
    failed: [],
  },
  busy: new Set(['allocating-spi', 'computing-secret'] as const),
  expects: { 'awaiting-offer': 'quick-mode-1', 'awaiting-confirmation': 'quick-mode-3' },
  borrowed: new Set(['phase1']),
  proved: (state, message, context) => state.name === 'awaiting-offer' && isProved(state, message, context),
  step,
  fail,
};

function step(state: QuickModeResponder, input: Input, context: Context): Transition<QuickModeResponder> {
  switch (state.name) {
    case 'awaiting-offer':
      return onOffer(state, requireMessage(input), context);
    case 'allocating-spi':
      return onSpi(state, input, context);
    case 'computing-secret': {
      const { publicValue, gxy } = requireJob(input, 'dh-exchange');
      return answer(state, state.inboundSpi, context, { publicR: publicValue, gxy: new Secret(gxy) });
    }
    case 'awaiting-confirmation':
      return onConfirmation(state, input, context);
    case 'established':
    case 'failed':
      throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name });
    default:
      return assertNever(state);
  }
}

/** HDR*, HASH(1), SA, Ni [, KE ] [, IDci, IDcr ]  --> */
function onOffer(state: In<'awaiting-offer'>, input: MessageInput, context: Context): Transition<QuickModeResponder> {
  const { claimed, ...known } = state;
  const { phase1 } = known;
  if (!isProved(state, hashedMessage(input), context))
    throw new IkeError('INVALID_HASH_INFORMATION', { what: 'HASH(1)' });
  return whenProved(() => {
    const identities = input.payloads
      .all('identification')
      .map(({ value }) => ({ ...value, data: value.data.slice() }));
    const asked = askedSelectors(identities, context);
    const tunnel = askedTunnel(phase1, asked, context);
    requireUnclaimed(claimed, tunnel);
    const ke = input.payloads.optional('key-exchange');
    const encapsulationModes = acceptedEncapsulations(phase1.nat, tunnel.mode);
    const agreement = choosePhase2(valueOf(input, 'sa'), tunnel, {
      encapsulationModes,
      keyExchangePresent: ke !== undefined,
    });
    const originals = originalAddresses(input.payloads, agreement, phase1.nat, 'initiator', context);
    requireOriginals(asked, originals, context);
    const publicI = ke?.value.data.slice();
    const chosen = { tunnel, agreement, nonceI: nonceBody(input), publicI, identities, originals };
    return go<QuickModeResponder>(extended(known, { name: 'allocating-spi', ...chosen } as const), [
      { type: 'job', job: { kind: 'allocate-spi', local: context.local.address, remote: context.remote.address } },
    ]);
  });
}

function isProved(
  { phase1, messageId }: QuickModeBasis,
  { hash, afterFirst }: HashedMessage,
  { crypto }: Context,
): boolean {
  const { keys } = phase1;
  return crypto.equal(hash1(crypto, keys.hash, keys.skeyids.skeyidA, messageId, afterFirst), hash);
}

function onSpi(state: In<'allocating-spi'>, input: Input, context: Context): Transition<QuickModeResponder> {
  const inboundSpi = requireJob(input, 'allocate-spi').spi;
  const { group } = state.agreement.suite;
  if (group === undefined || state.publicI === undefined) return answer(state, inboundSpi, context);
  const job = {
    kind: 'dh-exchange',
    group,
    privateValue: privateValue(group, context.random),
    peerPublic: state.publicI,
  } as const;
  return go(extended(state, { name: 'computing-secret', inboundSpi }), [{ type: 'job', job }]);
}

/** <--  HDR*, HASH(2), SA, Nr [, KE ] [, IDci, IDcr ]   after the inbound SA stands: the peer may use it at once. */
function answer(
  state: Chosen,
  inboundSpi: number,
  context: Context,
  key?: { publicR: Uint8Array; gxy: Secret },
): Transition<QuickModeResponder> {
  const { phase1, messageId, pair, tunnel, agreement, nonceI, originals } = state;
  const nonceR = context.random.bytes(NONCE_BYTES);
  const rest = [
    payload('sa', phase2Answer(agreement, inboundSpi)),
    payload('nonce', { data: nonceR }),
    ...(key === undefined ? [] : [payload('key-exchange', { data: key.publicR })]),
    ...state.identities.map((identity) => payload('identification', identity)),
    ...natOaPayloads(agreement.mode, phase1.nat, 'responder', context),
    ...responderLifetime(agreement, inboundSpi),
  ];
  const { hash, skeyids } = phase1.keys;
  const payloads = hashed(rest, (bytes) => hash2(context.crypto, hash, skeyids.skeyidA, messageId, nonceI, bytes));
  const result: QuickModeResult = {
    tunnel: tunnel.name,
    pair,
    agreement,
    inboundSpi,
    outboundSpi: agreement.peerSpi,
    localSelector: tunnel.local,
    remoteSelector: tunnel.remote,
    ...(originals === undefined ? {} : { originalAddresses: originals }),
  };
  const keying = { phase1, messageId, pair, role: 'responder', nonceI, nonceR, gxy: key?.gxy, result } as const;
  return go({ name: 'awaiting-confirmation', phase1, messageId, pair, nonceI, nonceR, outbound: keying }, [
    { type: 'install-sa', sa: negotiatedSa(context, keying, 'inbound'), proof: phase1.proof },
    { type: 'send', payloads, encrypted: true, expectsAnswer: true },
  ]);
}

/** HDR*, HASH(3)  -->   or the first ESP packet on the inbound SA, which shows as well that the peer has the second message. */
function onConfirmation(
  state: In<'awaiting-confirmation'>,
  input: Input,
  context: Context,
): Transition<QuickModeResponder> {
  if (input.type !== 'inbound-used') {
    const { hash, skeyids } = state.phase1.keys;
    const expected = hash3(context.crypto, hash, skeyids.skeyidA, state.messageId, state.nonceI, state.nonceR);
    const message = requireMessage(input);
    if (!context.crypto.equal(expected, valueOf(message, 'hash').data))
      throw new IkeError('INVALID_HASH_INFORMATION', { what: 'HASH(3)' });
  }
  return go({ name: 'established', result: state.outbound.result }, [
    { type: 'install-sa', sa: negotiatedSa(context, state.outbound, 'outbound'), proof: state.phase1.proof },
    establishedEvent(context, state.outbound.result),
  ]);
}

/** What was taken for this exchange goes back: the SPI, or the inbound SA where it stands already. */
function fail(state: QuickModeResponder, error: IkeError): Transition<QuickModeResponder> {
  const next = { name: 'failed', error } as const;
  if (state.name === 'awaiting-confirmation')
    return go(next, [{ type: 'remove-sa', pair: state.pair, direction: 'inbound' }]);
  return go(next, state.name === 'computing-secret' ? [{ type: 'release-spi', spi: state.inboundSpi }] : []);
}
