import { ByteReader, concat, sameBytes, u32Bytes } from '../../base/bytes.ts';
import {
  lifetimeAttributes,
  PHASE1_LIFE,
  PHASE2_DEFAULT_LIFE,
  PHASE2_LIFE,
  shorterLifetime,
  type StatedLifetime,
  statedLifetime,
} from '../negotiate/lifetime.ts';
import type { Phase2Agreement } from '../negotiate/phase2-choice.ts';
import type { Lifetime } from '../negotiate/policy.ts';
import { readAttributes, writeAttributes } from '../wire/attributes.ts';
import type { NotificationPayload } from '../wire/notification.ts';
import { NOTIFY, PROTOCOL } from '../wire/numbers.ts';
import type { Payloads } from '../wire/payloads.ts';
import type { Cookies, OutgoingPayload } from './exchange.ts';
import { notification } from './informational.ts';

/**
 * RESPONDER-LIFETIME, RFC 2407 §4.6.3.1: beside the answer, which repeats the lifetime that was offered, the one that the responder
 * will keep. Nothing where that is not shorter.
 */
export function responderLifetime({ transform, lifetime }: Phase2Agreement, inboundSpi: number): OutgoingPayload[] {
  const offered = statedLifetime(transform.attributes, PHASE2_LIFE);
  const { seconds: time = PHASE2_DEFAULT_LIFE / 1000, kilobytes: volume = Number.POSITIVE_INFINITY } = offered;
  if (lifetime.duration / 1000 >= time && (lifetime.kilobytes ?? Number.POSITIVE_INFINITY) >= volume) return [];
  const data = writeAttributes(lifetimeAttributes(lifetime, PHASE2_LIFE));
  return [notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ESP, u32Bytes(inboundSpi), data)];
}

/**
 * What a responder says so in its answer, once that has proved itself: the shorter holds, whatever SPI it names, because a Quick Mode
 * has one SA.
 *
 * @throws IkeError PAYLOAD_MALFORMED or BAD_PROPOSAL_SYNTAX for attributes that are none
 */
export function withResponderLifetime(agreed: Lifetime, payloads: Payloads): Lifetime {
  return payloads
    .all('notification')
    .filter(({ value }) => value.notifyType === NOTIFY.RESPONDER_LIFETIME)
    .reduce((lifetime, { value }) => shorterLifetime(lifetime, statedIn(value, PHASE2_LIFE)), agreed);
}

/** What an Informational says of the lifetime of an SA that stands. */
export interface ShortenedLife {
  /** The SPI that the peer receives with; undefined where it is about the ISAKMP SA that it came under. */
  readonly spi: number | undefined;
  readonly stated: StatedLifetime;
}

/**
 * RESPONDER-LIFETIME in an Informational of its own; undefined for every other notification, and for SAs that it can have nothing to
 * say about: another ISAKMP SA, AH.
 *
 * @throws IkeError PAYLOAD_MALFORMED or BAD_PROPOSAL_SYNTAX for attributes that are none
 */
export function shortenedLife(value: NotificationPayload, cookies: Cookies): ShortenedLife | undefined {
  const { notifyType, protocolId, spi } = value;
  if (notifyType !== NOTIFY.RESPONDER_LIFETIME) return undefined;
  if (protocolId === PROTOCOL.ESP && spi.length === 4)
    return { spi: new ByteReader(spi).u32('SPI'), stated: statedIn(value, PHASE2_LIFE) };
  const here = protocolId === PROTOCOL.ISAKMP && sameBytes(spi, concat(cookies.initiator, cookies.responder));
  return here ? { spi: undefined, stated: statedIn(value, PHASE1_LIFE) } : undefined;
}

const statedIn = ({ data }: NotificationPayload, classes: typeof PHASE1_LIFE): StatedLifetime =>
  statedLifetime(readAttributes(data), classes);
