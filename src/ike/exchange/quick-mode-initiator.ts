import { assertNever, IkeError } from '../../base/errors.ts';
import { extended } from '../../base/extended.ts';
import { Secret } from '../../base/secret.ts';
import type { GroupName } from '../../crypto/groups.ts';
import { privateValue } from '../../crypto/private-value.ts';
import { hash1, hash2, hash3 } from '../keys/quick-hash.ts';
import { requireEnds } from '../negotiate/host-selectors.ts';
import { selectorIdentification } from '../negotiate/identification.ts';
import { acceptPhase2, type Phase2Agreement } from '../negotiate/phase2-choice.ts';
import { phase2Offer } from '../negotiate/phase2-offer.ts';
import type { TunnelPolicy } from '../negotiate/policy.ts';
import { payload } from '../wire/payload.ts';
import type { SaPayload } from '../wire/sa.ts';
import {
  type Context,
  go,
  type HashedMessage,
  hashedMessage,
  type Input,
  type Machine,
  type MessageInput,
  type Output,
  requireBegin,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { NONCE_BYTES } from './main-mode.ts';
import { offeredEncapsulation } from './nat-discovery.ts';
import { natOaPayloads, type OriginalAddresses, originalAddresses } from './nat-oa.ts';
import {
  establishedEvent,
  hashed,
  negotiatedSa,
  nonceBody,
  type QuickModeBasis,
  type QuickModeEnd,
  type QuickModeResult,
} from './quick-mode.ts';
import { requireOurSelectors } from './quick-mode-selectors.ts';
import { withResponderLifetime } from './responder-lifetime.ts';
import { whenProved } from './run.ts';

/** Quick Mode, initiator, RFC 2409 §5.5. Each state holds what is known by then and nothing else. */
export type QuickModeInitiator =
  | ({ readonly name: 'ready' } & Plan)
  | ({ readonly name: 'allocating-spi' } & Plan)
  | ({ readonly name: 'generating-key' } & Plan & { readonly inboundSpi: number; readonly privateI: Secret })
  | ({ readonly name: 'awaiting-answer' } & Asked & { readonly privateI: Secret | undefined })
  | ({ readonly name: 'computing-secret' } & Asked & { readonly nonceR: Uint8Array; readonly result: QuickModeResult })
  | QuickModeEnd;

interface Plan extends QuickModeBasis {
  readonly tunnel: TunnelPolicy;
  /** Whether another pair of this tunnel stands, which carries its packets until the peer is known to be ready for the new one. */
  readonly renews: boolean;
}
interface Asked extends Plan {
  readonly inboundSpi: number;
  readonly offer: SaPayload;
  readonly nonceI: Uint8Array;
}
type In<N extends QuickModeInitiator['name']> = Extract<QuickModeInitiator, { name: N }>;

export const quickModeInitiator: Machine<QuickModeInitiator> = {
  graph: {
    ready: ['allocating-spi', 'failed'],
    'allocating-spi': ['generating-key', 'awaiting-answer', 'failed'],
    'generating-key': ['awaiting-answer', 'failed'],
    'awaiting-answer': ['computing-secret', 'established', 'failed'],
    'computing-secret': ['established', 'failed'],
    established: [],
    failed: [],
  },
  busy: new Set(['allocating-spi', 'generating-key', 'computing-secret'] as const),
  expects: { 'awaiting-answer': 'quick-mode-2' },
  borrowed: new Set(['phase1']),
  proved: (state, message, context) => state.name === 'awaiting-answer' && isProved(state, message, context),
  step,
  fail: (state, error) =>
    go({ name: 'failed', error }, 'inboundSpi' in state ? [{ type: 'release-spi', spi: state.inboundSpi }] : []),
};

function step(state: QuickModeInitiator, input: Input, context: Context): Transition<QuickModeInitiator> {
  switch (state.name) {
    case 'ready':
      requireBegin(input);
      requireEnds(state.tunnel, context);
      return go({ ...state, name: 'allocating-spi' }, [
        { type: 'job', job: { kind: 'allocate-spi', local: context.local.address, remote: context.remote.address } },
      ]);
    case 'allocating-spi':
      return onSpi(state, input, context);
    case 'generating-key':
      return offer(state, state.inboundSpi, context, {
        privateI: state.privateI,
        publicI: requireJob(input, 'dh-public').publicValue,
      });
    case 'awaiting-answer':
      return onAnswer(state, requireMessage(input), context);
    case 'computing-secret':
      return install(state, new Secret(requireJob(input, 'dh-agree').gxy), context);
    case 'established':
    case 'failed':
      throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name });
    default:
      return assertNever(state);
  }
}

/** With PFS a key pair comes first; all suites of a tunnel have the same group, because there is one KE for all of them. */
function onSpi(state: In<'allocating-spi'>, input: Input, context: Context): Transition<QuickModeInitiator> {
  const inboundSpi = requireJob(input, 'allocate-spi').spi;
  const group = pfsGroup(state.tunnel);
  if (group === undefined) return offer(state, inboundSpi, context);
  const privateI = new Secret(privateValue(group, context.random));
  return go(extended(state, { name: 'generating-key', inboundSpi, privateI }), [
    { type: 'job', job: { kind: 'dh-public', group, privateValue: privateI.reveal().slice() } },
  ]);
}

/** HDR*, HASH(1), SA, Ni [, KE ] [, IDci, IDcr ]  --> */
function offer(
  plan: Plan,
  inboundSpi: number,
  context: Context,
  key?: { privateI: Secret; publicI: Uint8Array },
): Transition<QuickModeInitiator> {
  const { phase1, messageId, pair, tunnel, renews } = plan;
  const sa = phase2Offer(tunnel, inboundSpi, offeredEncapsulation(phase1.nat, tunnel.mode));
  const nonceI = context.random.bytes(NONCE_BYTES);
  const rest = [
    payload('sa', sa),
    payload('nonce', { data: nonceI }),
    ...(key === undefined ? [] : [payload('key-exchange', { data: key.publicI })]),
    payload('identification', selectorIdentification(tunnel.local)),
    payload('identification', selectorIdentification(tunnel.remote)),
    ...natOaPayloads(tunnel.mode, phase1.nat, 'initiator', context),
  ];
  const { hash, skeyids } = phase1.keys;
  const payloads = hashed(rest, (bytes) => hash1(context.crypto, hash, skeyids.skeyidA, messageId, bytes));
  return go(
    {
      name: 'awaiting-answer',
      phase1,
      messageId,
      pair,
      tunnel,
      renews,
      inboundSpi,
      offer: sa,
      nonceI,
      privateI: key?.privateI,
    },
    [{ type: 'send', payloads, encrypted: true, expectsAnswer: true }],
  );
}

/** <--  HDR*, HASH(2), SA, Nr [, KE ] [, IDci, IDcr ] */
function onAnswer(state: In<'awaiting-answer'>, input: MessageInput, context: Context): Transition<QuickModeInitiator> {
  if (!isProved(state, hashedMessage(input), context))
    throw new IkeError('INVALID_HASH_INFORMATION', { what: 'HASH(2)' });
  return whenProved(() => {
    const answered = acceptPhase2(state.offer, valueOf(input, 'sa'), state.tunnel.suites);
    const agreement = { ...answered, lifetime: withResponderLifetime(answered.lifetime, input.payloads) };
    const originals = originalAddresses(input.payloads, agreement, state.phase1.nat, 'responder', context);
    const identities = input.payloads.all('identification').map(({ value }) => value);
    requireOurSelectors(state.tunnel, identities, { ...agreement, originals }, context);
    const nonceR = nonceBody(input);
    const result = resultOf(state, agreement, originals);
    const ke = input.payloads.optional('key-exchange');
    const { group } = agreement.suite;
    if ((ke === undefined) !== (group === undefined))
      throw new IkeError('INVALID_KEY_INFORMATION', { what: 'KE payload', pfs: group ?? 'none' });
    const { privateI, ...known } = state;
    const next = extended(known, { name: 'computing-secret', nonceR, result });
    if (group === undefined || ke === undefined || privateI === undefined) return install(next, undefined, context);
    const job = {
      kind: 'dh-agree',
      group,
      privateValue: privateI.reveal().slice(),
      peerPublic: ke.value.data.slice(),
    } as const;
    return go<QuickModeInitiator>(next, [{ type: 'job', job }]);
  });
}

function isProved(
  { phase1, messageId, nonceI }: Asked,
  { hash, afterFirst }: HashedMessage,
  { crypto }: Context,
): boolean {
  const { keys } = phase1;
  return crypto.equal(hash2(crypto, keys.hash, keys.skeyids.skeyidA, messageId, nonceI, afterFirst), hash);
}

/**
 * HDR*, HASH(3)  -->   after the inbound SA stands: nothing answers it, so the peer may send ESP at once.
 *
 * The outbound SA of a renewal is held back: the third message may be lost, and a peer that installs on it has no SA for what we
 * send (design: idea 6). Interop: strongSwan is such a peer.
 */
function install(
  state: In<'computing-secret'>,
  gxy: Secret | undefined,
  context: Context,
): Transition<QuickModeInitiator> {
  const { hash, skeyids } = state.phase1.keys;
  const { proof } = state.phase1;
  const source = extended(state, { role: 'initiator', gxy });
  const hash3Value = hash3(context.crypto, hash, skeyids.skeyidA, state.messageId, state.nonceI, state.nonceR);
  const outputs: Output[] = [
    { type: 'install-sa', sa: negotiatedSa(context, source, 'inbound'), proof },
    { type: 'send', payloads: [payload('hash', { data: hash3Value })], encrypted: true, expectsAnswer: false },
  ];
  const outbound = { sa: negotiatedSa(context, source, 'outbound'), proof };
  gxy?.wipe();
  const event = establishedEvent(context, state.result);
  if (state.renews)
    return go({ name: 'established', result: { held: outbound, ...state.result } }, [...outputs, event]);
  return go({ name: 'established', result: state.result }, [...outputs, { type: 'install-sa', ...outbound }, event]);
}

function resultOf(
  { tunnel, pair, inboundSpi }: Asked,
  agreement: Phase2Agreement,
  originals: OriginalAddresses | undefined,
): QuickModeResult {
  const selectors = { localSelector: tunnel.local, remoteSelector: tunnel.remote };
  const result = { tunnel: tunnel.name, pair, agreement, inboundSpi, outboundSpi: agreement.peerSpi, ...selectors };
  return originals === undefined ? result : { ...result, originalAddresses: originals };
}

const pfsGroup = (tunnel: TunnelPolicy): GroupName | undefined => tunnel.suites[0]?.group;
