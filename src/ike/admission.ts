import { isZero } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { Received } from './received.ts';
import type { Gate } from './gate.ts';
import type { Newcomer, Room } from './half-open.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Outbox } from './outbox.ts';
import type { SaTable } from './sa-table.ts';
import { EXCHANGE } from './wire/numbers.ts';

/** Who decides over those that have proved nothing. */
export interface AdmissionHost {
  readonly sas: SaTable;
  readonly gate: Gate;
  readonly outbox: Outbox;
}

/** A first message is worked on, in the place of another one's exchange where there was none left. */
export function begin(host: AdmissionHost, sa: IsakmpSa, newcomer: Newcomer, room: Room, now: Instant): void {
  if (room.room && room.displaced !== undefined) displace(host, room.displaced, now);
  host.gate.halfOpen.add(sa, newcomer, now);
}

/** Whether a message for an ISAKMP SA may be worked on, where the peer has not proved itself yet. */
export function mayGoOn(host: AdmissionHost, sa: IsakmpSa, { header, bytes, remote }: Received, now: Instant): boolean {
  const entry = host.gate.halfOpen.entryOf(sa);
  if (entry === undefined) return true;
  // A first message once more, which anybody can send again.
  if (isZero(header.responderCookie)) {
    sa.channel.account?.received(bytes.length);
    return true;
  }
  if (!returnedCookie(host, sa, entry, now)) {
    sa.dropped('half-open-limit', remote);
    return false;
  }
  const begins = header.exchangeType === EXCHANGE.MAIN_MODE && sa.phase1State === 'awaiting-ke';
  if (!begins || host.gate.keyExchanges.main.take(entry, now)) return true;
  sa.dropped('key-exchange-limit', remote);
  return false;
}

/** The cookie that we sent to an address has come back: its owner receives. False where no more of those may be held. */
function returnedCookie(host: AdmissionHost, sa: IsakmpSa, newcomer: Newcomer, now: Instant): boolean {
  const { channel } = sa;
  const { halfOpen } = host.gate;
  if (channel.account === undefined) return true;
  const room = halfOpen.roomAmongShown(newcomer, now);
  if (!room.room) return false;
  if (room.displaced !== undefined) displace(host, room.displaced, now);
  halfOpen.show(sa, now);
  channel.account = undefined;
  const { reference, local, remote } = channel;
  host.outbox.event({ name: 'phase1.started', sa: reference, local, remote });
  return true;
}

/** Takes a place away. Of one whose address was only claimed nobody is told: there may be thousands a second. */
function displace({ sas, gate }: AdmissionHost, sa: IsakmpSa, now: Instant): void {
  sa.dropped('displaced', sa.channel.remote);
  if (sa.channel.account === undefined)
    return sa.abandon(new IkeError('LIMIT_REACHED', { what: 'half-open exchanges' }), now);
  gate.halfOpen.delete(sa);
  sas.delete(sa);
}

/** What an initiator is told in clear of its attempt's end. Where there are keys, it has been told under them. */
export function hintFor(sa: IsakmpSa, { code, notify }: IkeError): number | undefined {
  const silent = sa.keys !== undefined || code === 'PEER_SILENT' || code === 'CANCELLED' || sa.hint?.code === code;
  return sa.channel.role === 'initiator' || silent ? undefined : notify;
}
