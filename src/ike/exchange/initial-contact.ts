import { concat, sameBytes } from '../../base/bytes.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import type { NotificationPayload } from '../wire/notification.ts';
import { DOI_IPSEC, NOTIFY, PROTOCOL } from '../wire/numbers.ts';
import type { Payloads } from '../wire/payloads.ts';
import { payload } from '../wire/payload.ts';
import type { Context, Cookies, OutgoingPayload } from './exchange.ts';

/** INITIAL-CONTACT, RFC 2407 §4.6.3.3: "this is the first SA being established with the remote system". Only ever sent encrypted. */
export function initialContactNotification(cookies: Cookies): OutgoingPayload {
  const spi = concat(cookies.initiator, cookies.responder);
  return payload('notification', {
    doi: DOI_IPSEC,
    protocolId: PROTOCOL.ISAKMP,
    spi,
    notifyType: NOTIFY.INITIAL_CONTACT,
    data: new Uint8Array(),
  });
}

/** The same beside our proof, where we hold no SA with the peer of this connection. */
export const firstContact = ({ name }: ConnectionPolicy, cookies: Cookies, context: Context): OutgoingPayload[] =>
  context.holds(name) ? [] : [initialContactNotification(cookies)];

/** Whether a message that proved itself says so, about this very SA. */
export function hasInitialContact(payloads: Payloads, cookies: Cookies): boolean {
  return payloads.all('notification').some(({ value }) => isInitialContact(value, cookies));
}

/** Interop: some peers leave the SPI out; it can only mean the SA that it came in. */
export function isInitialContact({ notifyType, spi }: NotificationPayload, cookies: Cookies): boolean {
  if (notifyType !== NOTIFY.INITIAL_CONTACT) return false;
  return spi.length === 0 || sameBytes(spi, concat(cookies.initiator, cookies.responder));
}
