import { u32Bytes } from '../../base/bytes.ts';
import type { IkeError } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import type { TrafficSelector } from '../../base/selector.ts';
import { espSuiteText } from '../../crypto/esp-transforms.ts';
import type { PeerProof } from '../auth/proof.ts';
import type { NegotiatedSa } from '../effects.ts';
import type { Role } from '../events.ts';
import { cutEspKeys, espKeymatBytes, keymat } from '../keys/keymat.ts';
import type { Phase2Agreement } from '../negotiate/phase2-choice.ts';
import { PROTOCOL } from '../wire/numbers.ts';
import { payload } from '../wire/payload.ts';
import { writeChain } from '../wire/message.ts';
import type { Context, MessageInput, OutgoingPayload, Output } from './exchange.ts';
import type { ProvedOutcome } from './main-mode.ts';
import type { OriginalAddresses } from './nat-oa.ts';

/** What both roles of Quick Mode know from the beginning: the ISAKMP SA that protects it (RFC 2409 §5.5). */
export interface QuickModeBasis {
  readonly phase1: ProvedOutcome;
  readonly messageId: number;
  /** Joins the two SAs that will come of it; fresh for each Quick Mode. */
  readonly pair: number;
}

/** The last two states of either role. */
export type QuickModeEnd =
  | { readonly name: 'established'; readonly result: QuickModeResult }
  | { readonly name: 'failed'; readonly error: IkeError };

export interface QuickModeResult {
  readonly tunnel: string;
  readonly pair: number;
  readonly agreement: Phase2Agreement;
  readonly inboundSpi: number;
  readonly outboundSpi: number;
  readonly localSelector: TrafficSelector;
  readonly remoteSelector: TrafficSelector;
  readonly originalAddresses?: OriginalAddresses;
  /** Of a renewal: the outbound SA, which is not to be used before the peer is known to be ready, or has had time to be. */
  readonly held?: HeldOutbound;
}

/** An outbound SA that has been agreed and not been installed. Holds keys: never logged. */
export interface HeldOutbound {
  readonly sa: NegotiatedSa;
  readonly proof: PeerProof;
}

/** Everything that KEYMAT needs, RFC 2409 §5.5. */
export interface KeymatInput extends QuickModeBasis {
  readonly role: Role;
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  /** With PFS only. */
  readonly gxy: Secret | undefined;
  readonly result: QuickModeResult;
}

/** HASH first, then the rest of which it covers every byte: `hash` makes it from them (RFC 2409 §5.5). */
export function hashed(
  payloads: readonly OutgoingPayload[],
  hash: (rest: Uint8Array) => Uint8Array,
): OutgoingPayload[] {
  return [payload('hash', { data: hash(writeChain(payloads)) }), ...payloads];
}

/** One direction of the IPsec SA: the keys belong to the SPI that the receiver of that direction chose. */
export function negotiatedSa(context: Context, input: KeymatInput, direction: 'inbound' | 'outbound'): NegotiatedSa {
  const { phase1, result, pair } = input;
  const { agreement, originalAddresses } = result;
  const spi = direction === 'inbound' ? result.inboundSpi : result.outboundSpi;
  const { hash, skeyids } = phase1.keys;
  const source = {
    skeyidD: skeyids.skeyidD,
    gxy: input.gxy,
    protocolId: PROTOCOL.ESP,
    spi: u32Bytes(spi),
    nonceBodyI: input.nonceI,
    nonceBodyR: input.nonceR,
  };
  const material = keymat(context.crypto, hash, source, espKeymatBytes(agreement.suite));
  const keys = cutEspKeys(agreement.suite, material);
  material.wipe();
  const { group: _group, ...suite } = agreement.suite;
  return {
    spi,
    direction,
    pair,
    connection: phase1.connection.name,
    tunnel: result.tunnel,
    suite,
    keys,
    mode: agreement.mode,
    encapsulation: agreement.encapsulation,
    local: context.local,
    remote: context.remote,
    localSelector: result.localSelector,
    remoteSelector: result.remoteSelector,
    ...(originalAddresses === undefined ? {} : { originalAddresses }),
    lifetime: agreement.lifetime,
  };
}

export function establishedEvent(context: Context, result: QuickModeResult): Output {
  const { agreement, tunnel, pair, inboundSpi, outboundSpi } = result;
  const lifetimeSeconds = agreement.lifetime.duration / 1000;
  return {
    type: 'event',
    event: {
      name: 'phase2.established',
      sa: context.sa,
      tunnel,
      pair,
      inboundSpi,
      outboundSpi,
      suite: espSuiteText(agreement.suite),
      pfs: agreement.suite.group,
      encapsulation: agreement.encapsulation,
      lifetimeSeconds,
    },
  };
}

/** Raw Ni_b or Nr_b, kept past its datagram. */
export const nonceBody = (input: MessageInput): Uint8Array => input.payloads.one('nonce').body.slice();
