import { concat, u32Bytes } from '../../src/base/bytes.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import type { OutgoingPayload } from '../../src/ike/exchange/exchange.ts';
import { espDelete, isakmpDelete, notification, protectedInformational } from '../../src/ike/exchange/informational.ts';
import { EXCHANGE, NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { withMarker } from '../../src/natt/demultiplex.ts';
import type { PairOfEndpoints } from './pair-of-endpoints.ts';
import type { Side } from './side.ts';

const MESSAGE_ID = 0x5eed_0001;

/** An Informational as the other side would send it, sealed under the keys; `spoil` may change its payloads behind the HASH's back. */
export function sealed(
  pair: PairOfEndpoints,
  from: Side,
  content: OutgoingPayload,
  options: {
    readonly exchangeType?: number;
    readonly messageId?: number;
    readonly spoil?: (payloads: OutgoingPayload[]) => OutgoingPayload[];
  } = {},
): Datagram {
  const {
    exchangeType = EXCHANGE.INFORMATIONAL,
    messageId = MESSAGE_ID,
    spoil = (payloads: OutgoingPayload[]) => payloads,
  } = options;
  const sa = from.isakmp();
  const { keys } = sa;
  if (keys === undefined) throw new Error('no keys');
  const payloads = spoil(protectedInformational(sa.crypto, keys, messageId, content));
  const { bytes } = sa.channel.frame({ exchangeType, messageId }, payloads, sa.chainFor(messageId));
  const { local, remote } = sa.channel;
  return pair.seen({ local, remote, bytes: local.port === 4500 ? withMarker(bytes) : bytes });
}
/** The same in clear. */
export function clear(
  pair: PairOfEndpoints,
  from: Side,
  content: OutgoingPayload,
  exchangeType: number = EXCHANGE.INFORMATIONAL,
): Datagram {
  const { channel } = from.isakmp();
  const { bytes } = channel.frame({ exchangeType, messageId: MESSAGE_ID }, [content]);
  return pair.seen({ local: channel.local, remote: channel.remote, bytes });
}
export const deleteOfPair = (from: Side): OutgoingPayload => espDelete(from.installed[0]?.spi ?? 0);
export const deleteOfSa = (from: Side): OutgoingPayload => isakmpDelete(from.isakmp().channel.cookies);
export const rUThere = (of: Side, sequence: number): OutgoingPayload => {
  const { initiator, responder } = of.isakmp().channel.cookies;
  return notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, concat(initiator, responder), u32Bytes(sequence));
};
