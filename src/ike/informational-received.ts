import { ByteReader, concat, sameBytes } from '../base/bytes.ts';
import { codeOfNotify, IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import { readLiveness, rUThereAck } from '../dpd/r-u-there.ts';
import type { Answers } from './answers.ts';
import type { Connection } from './connection.ts';
import type { Received } from './received.ts';
import { isInitialContact } from './exchange/initial-contact.ts';
import { shortenedLife } from './exchange/responder-lifetime.ts';
import { replaceUnknown } from './invalid-spi.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { openClear } from './open-message.ts';
import type { Outbox } from './outbox.ts';
import { shortenedByPeer } from './shortened-life.ts';
import { forgetOthers } from './unique.ts';
import { openProved } from './proved-message.ts';
import type { DeletePayload } from './wire/delete.ts';
import type { NotificationPayload } from './wire/notification.ts';
import { whatWeSaid } from './refused-offer.ts';
import { FLAG, NOTIFY, notifyName, PROTOCOL } from './wire/numbers.ts';
import type { Payloads } from './wire/payloads.ts';
import { payload } from './wire/payload.ts';

/** What an Informational may act on. */
export interface InformationalHost {
  readonly outbox: Outbox;
  connectionOf(sa: IsakmpSa): Connection | undefined;
  readonly answers: Answers;
}

/**
 * An Informational, RFC 2409 §5.7. Only one that proves itself with HASH(1) under a message id that was not used before does
 * anything; everything else is a hint at most (CVE-2019-10155: HASH comes before anything that it says).
 */
export function receiveInformational(host: InformationalHost, sa: IsakmpSa, received: Received, now: Instant): void {
  if ((received.header.flags & FLAG.ENCRYPTION) === 0) return unprotected(host, sa, received);
  const payloads = openProved('informational', sa, received);
  if (payloads !== undefined) actOn(host, sa, payloads, now);
}

/** Whoever sent it has the keys. Deletes come last, because they take away what the notifications are about. */
function actOn(host: InformationalHost, sa: IsakmpSa, payloads: Payloads, now: Instant): void {
  // Message ids are forgotten some day, so an old question or answer may come to be played back: their numbers tell.
  if (!payloads.all('notification').every(({ value }) => isLiveness(value)))
    host.connectionOf(sa)?.watch.heard(sa, now);
  for (const { value } of payloads.all('notification')) onNotification(host, sa, value, now);
  for (const { value } of payloads.all('delete')) onDelete(host, sa, value, now);
}

function onNotification(host: InformationalHost, sa: IsakmpSa, value: NotificationPayload, now: Instant): void {
  if (answeredAsLiveness(host, sa, value, now)) return;
  host.outbox.event({
    name: 'peer.notify',
    sa: sa.channel.reference,
    notify: notifyName(value.notifyType),
    protected: true,
  });
  // Interop: racoon and isakmpd say INITIAL-CONTACT in an Informational of its own, once phase 1 stands.
  const connection = host.connectionOf(sa);
  if (isInitialContact(value, sa.channel.cookies) && sa.established !== undefined) {
    // Until the user is known, nobody knows whose the others are.
    sa.established.initialContact = true;
    if (sa.isOpen && connection !== undefined) forgetOthers(connection, sa, now);
  }
  onResponderLifetime(host, sa, value);
  if (value.notifyType >= FIRST_STATUS) return;
  if (connection !== undefined && replaceUnknown(connection, sa, value, now)) return;
  const refused = refusalOf(value.notifyType, { proved: 'yes', ...whatWeSaid(connection, sa, value.notifyType) });
  // Before phase 1 ends, whoever has these keys is the one whose answer we wait for: it says no.
  if (sa.established === undefined) return sa.abandon(refused, now);
  refusedByPeer(host, sa, refused, now);
}

/**
 * A protected error without a message id: it is about the Quick Mode that waits, where only one does (RFC 2409 §5.7 names none). Nothing
 * answers the last message of Main Mode, so who sent it learns by such an error alone that it did not prove enough.
 */
function refusedByPeer(host: InformationalHost, sa: IsakmpSa, error: IkeError, now: Instant): void {
  const waiting = [...sa.exchanges.values()].filter(({ stateName }) => stateName === 'awaiting-answer');
  const [only] = waiting;
  if (waiting.length > 1) return sa.keepHint(error);
  if (only !== undefined) return only.abandon(error, now);
  if (error.fault !== 'auth-failed' || sa.channel.role !== 'responder') return;
  const connection = host.connectionOf(sa);
  connection?.endSa(sa, 'refused', now, false);
  connection?.phase1Failed(sa, error, now);
}

const isLiveness = ({ notifyType }: NotificationPayload): boolean =>
  notifyType === NOTIFY.R_U_THERE || notifyType === NOTIFY.R_U_THERE_ACK;

/** RFC 3706 §5.5: an R-U-THERE is answered with its sequence number. */
function answeredAsLiveness(host: InformationalHost, sa: IsakmpSa, value: NotificationPayload, now: Instant): boolean {
  if (!isLiveness(value)) return false;
  try {
    const liveness = readLiveness(value, sa.channel.cookies);
    if (liveness !== undefined) host.connectionOf(sa)?.watch.told(sa, liveness, now);
    if (liveness?.kind === 'question' && sa.established !== undefined && host.answers.may(sa, now)) {
      sa.inform(payload('notification', rUThereAck(liveness, sa.channel.cookies)));
      host.outbox.event({ name: 'dpd.answered', sa: sa.channel.reference, sequence: liveness.sequence });
    }
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    sa.dropped('malformed', sa.channel.remote, error);
  }
  return true;
}

/** RFC 2407 §4.6.3.1 lets RESPONDER-LIFETIME come by itself, about either phase. */
function onResponderLifetime(host: InformationalHost, sa: IsakmpSa, value: NotificationPayload): void {
  try {
    const connection = host.connectionOf(sa);
    const shortened = shortenedLife(value, sa.channel.cookies);
    if (connection !== undefined && shortened !== undefined) shortenedByPeer(connection, sa, shortened);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    sa.dropped('malformed', sa.channel.remote, error);
  }
}

/** RFC 2408 §3.15: the sender has deleted these; for ESP they are the SPIs that it received with. */
function onDelete(host: InformationalHost, sa: IsakmpSa, value: DeletePayload, now: Instant): void {
  const connection = host.connectionOf(sa);
  if (connection === undefined) return;
  if (value.protocolId === PROTOCOL.ESP) {
    return connection.deletedByPeer(
      sa,
      value.spis.map((spi) => new ByteReader(spi).u32('SPI')),
      now,
    );
  }
  const { initiator, responder } = sa.channel.cookies;
  // Only this SA: another one's Delete comes under that one's keys.
  if (value.protocolId === PROTOCOL.ISAKMP && value.spis.some((spi) => sameBytes(spi, concat(initiator, responder)))) {
    connection.saDeletedByPeer(sa, now);
  }
}

/** What the peer says is wrong, as an error of ours that says who said it. */
function refusalOf(notifyType: number, how: { readonly proved: string; readonly ours?: string }): IkeError {
  return new IkeError(codeOfNotify(notifyType), { saidBy: 'peer', notify: notifyName(notifyType), ...how });
}

/** Notify Message Types from here on are no errors, RFC 2408 §3.14.1. */
const FIRST_STATUS = 16_384;

function unprotected(host: InformationalHost, sa: IsakmpSa, received: Received): void {
  const opened = openClear('informational-clear', received);
  sa.dropped('unprotected', received.remote);
  if (opened.kind === 'refused') return;
  for (const { value } of opened.payloads.all('notification')) {
    const notify = notifyName(value.notifyType);
    host.outbox.event({ name: 'peer.notify', sa: sa.channel.reference, notify, protected: false });
    if (sa.established === undefined && value.notifyType < FIRST_STATUS) {
      const ours = whatWeSaid(host.connectionOf(sa), sa, value.notifyType);
      sa.keepHint(refusalOf(value.notifyType, { proved: 'no, so only a hint', ...ours }));
    }
  }
}
