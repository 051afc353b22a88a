import type { UdpEndpoint } from '../base/address.ts';
import { isZero, plainBytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import { classifyOnIkePort, classifyOnNattPort } from '../natt/demultiplex.ts';
import { type AdmissionHost, begin, mayGoOn } from './admission.ts';
import type { Candidates } from './candidates.ts';
import { Channel } from './channel.ts';
import { freshCookie } from './cookie.ts';
import type { Received } from './received.ts';
import type { Datagram } from './effects.ts';
import type { DropReason } from './events.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './failure.ts';
import { type FragmentHost, isFragment, receiveFragment } from './fragment-received.ts';
import { type InformationalHost, receiveInformational } from './informational-received.ts';
import { IsakmpSa, type IsakmpSaHost } from './isakmp-sa.ts';
import type { Newcomer } from './half-open.ts';
import type { ConnectionPolicy, Phase1Exchange } from './negotiate/policy.ts';
import { isStanding } from './peer.ts';
import { refuseNewGroup } from './new-group-received.ts';
import { answerTo, ReplyAccount } from './reply-account.ts';
import type { SignatureAccount } from './signature-work.ts';
import { readMessage } from './wire/message.ts';
import { EXCHANGE, FLAG } from './wire/numbers.ts';

export interface InboundHost extends IsakmpSaHost, InformationalHost, AdmissionHost, FragmentHost {
  readonly candidates: Candidates;
  /** The time of the call under way. */
  now(): Instant;
  /** Says which SA the call under way is about. */
  touch(sa: IsakmpSa): void;
}

/** From a UDP payload to the exchange that it belongs to: marker, header, cookies, message id (RFC 3948 §2.2, RFC 2408 §2.5.3). */
export function receiveDatagram(host: InboundHost, { local, remote, bytes }: Datagram, now: Instant): void {
  const octets = plainBytes(bytes);
  const onNattPort = local.port === host.settings.ports.natt;
  const arrival = onNattPort ? classifyOnNattPort(octets) : classifyOnIkePort(octets);
  if (arrival.kind !== 'ike') return drop(host, arrival.kind === 'keepalive' ? 'keepalive' : 'not-ike', remote);
  const received = read(host, arrival.message, local, remote);
  if (received === undefined) return;
  const sa = host.sas.find(received.header, remote);
  if (sa !== undefined) return receiveUnder(host, sa, received, now);
  if (isFirstMessage(received)) return respond(host, received, now);
  drop(host, 'unknown-cookies', remote);
}

function read(host: InboundHost, message: Uint8Array, local: UdpEndpoint, remote: UdpEndpoint): Received | undefined {
  try {
    const { header, body } = readMessage(message);
    return { header, body, bytes: message.subarray(0, header.length), local, remote };
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    drop(host, error.code === 'INVALID_MAJOR_VERSION' ? 'not-ikev1' : 'malformed', remote, error);
    return undefined;
  }
}

function receiveUnder(host: InboundHost, sa: IsakmpSa, arrived: Received, now: Instant): void {
  host.touch(sa);
  const received = isFragment(arrived) ? receiveFragment(host, sa, arrived, now) : arrived;
  if (received === undefined) return;
  if (!mayGoOn(host, sa, received, now)) return;
  dispatch(host, sa, received, now);
  if (isAhead(sa, received)) sa.exchanges.get(0)?.repeatAnswer(now);
}

/**
 * Nothing answers the third message of Aggressive Mode, so whoever sent one that got lost believes that the SA stands, and speaks under it.
 * Our second message, once more, makes the peer repeat the third.
 */
const isAhead = (sa: IsakmpSa, received: Received): boolean =>
  sa.exchange === 'aggressive' && sa.channel.role === 'responder' && isBeforePhase1Ends(sa, received);

/**
 * Interop: charon begins XAUTH or Mode Config right behind its last message of Main Mode, whose certificate we are still looking at, and
 * does not repeat itself. Before there are keys nobody has anything to encrypt.
 */
const isEarly = (sa: IsakmpSa, received: Received): boolean =>
  sa.exchanges.get(0)?.chain !== undefined && isBeforePhase1Ends(sa, received);

/** Of an exchange under an SA that does not stand here yet. */
const isBeforePhase1Ends = (sa: IsakmpSa, { header: { messageId, flags } }: Received): boolean =>
  sa.established === undefined && messageId !== 0 && (flags & FLAG.ENCRYPTION) !== 0;

function dispatch(host: InboundHost, sa: IsakmpSa, received: Received, now: Instant): void {
  const { exchangeType, messageId } = received.header;
  if (exchangeType === EXCHANGE.INFORMATIONAL) return receiveInformational(host, sa, received, now);
  if (exchangeType === EXCHANGE.NEW_GROUP) return refuseNewGroup(sa, received);
  const exchange = sa.exchanges.get(messageId);
  if (exchange !== undefined) {
    if (exchange.exchangeType !== exchangeType) return sa.dropped('unexpected', received.remote);
    return exchange.receive(received, now);
  }
  if (isEarly(sa, received) && sa.exchanges.get(0)?.hold(received, (later, at) => dispatch(host, sa, later, at)))
    return;
  // Transactions are spoken where the connection has XAUTH or Mode Config.
  const isSpoken =
    exchangeType === EXCHANGE.QUICK_MODE || (exchangeType === EXCHANGE.TRANSACTION && sa.prelude !== undefined);
  if (!isSpoken) return sa.dropped('unknown-exchange', received.remote);
  answer(host, sa, received, now);
}

/** The first message of an exchange under an SA that the peer has proved. */
function answer(host: InboundHost, sa: IsakmpSa, received: Received, now: Instant): void {
  const { exchangeType, messageId } = received.header;
  const connection = host.connectionOf(sa);
  const isTransaction = exchangeType === EXCHANGE.TRANSACTION;
  // Quick Mode has to wait until XAUTH and Mode Config are over. Message id 0 is that of phase 1 (RFC 2408 §3.1).
  const isPossible = isTransaction ? messageId !== 0 : isStanding(sa);
  if (!isPossible || connection === undefined) return sa.dropped('unexpected', received.remote);
  // Played again when its exchange is forgotten: answered anew, its IV would encrypt a second message (RFC 2409 App. B).
  if (sa.messageIds.has(messageId)) return sa.dropped('replayed-message-id', received.remote);
  // Ended ones too, because they still answer duplicates: a peer that is refused again and again must not fill our memory.
  if (sa.exchanges.size >= host.settings.limits.exchanges) return sa.dropped('limit', received.remote);
  if (isTransaction) return sa.prelude?.respond(received, now);
  connection.ipsec.respond(sa, received, now);
}

/** RFC 2409 §5: the first message of phase 1. To work on it and to keep what comes of it takes a place. */
function respond(host: InboundHost, received: Received, now: Instant): void {
  const { local, remote, header, bytes } = received;
  // Our own message, played back: with a key that both sides share, who answers it could come to believe itself.
  if (host.sas.isOurs(header.initiatorCookie)) return drop(host, 'unexpected', remote);
  const candidates = host.candidates.between(local, remote);
  if (candidates.length === 0) return drop(host, 'no-connection', remote, host.candidates.refusal(local, remote));
  if (bytes.length > host.settings.limits.firstMessage) return drop(host, 'limit', remote);
  const newcomer = host.gate.newcomer(remote.address, candidates);
  const room = host.gate.halfOpen.roomFor(newcomer, now);
  if (!room.room) return drop(host, 'half-open-limit', remote);
  const exchange = header.exchangeType === EXCHANGE.AGGRESSIVE ? 'aggressive' : 'main';
  const open = candidates.filter(({ policy }) => (policy.exchange ?? 'main') === exchange);
  const policies = open.map(({ policy }) => policy);
  const signatures = host.gate.signatures.accountOf(newcomer);
  const putOff = exchange === 'main' ? undefined : tooDear(host, policies, { newcomer, signatures }, now);
  if (putOff !== undefined) return drop(host, putOff, remote);
  const sa = newSa(host, received, { exchange, signatures }, open.length === 0 ? candidates : open, now);
  begin(host, sa, newcomer, room, now);
  if (open.length === 0) host.phase1Ended(sa, { error: exchangeRefused(exchange) }, now);
  else if (sa.respond(exchange, policies, received, now)) return host.sas.add(sa);
  host.gate.halfOpen.spend(sa, now);
}

/**
 * KE stands in the first message of Aggressive Mode, so its Diffie-Hellman, and our signature, come before the peer can return our cookie.
 * Why they may not begin, where they may not.
 */
function tooDear(
  { gate }: InboundHost,
  policies: readonly ConnectionPolicy[],
  { newcomer, signatures }: { readonly newcomer: Newcomer; readonly signatures: SignatureAccount },
  now: Instant,
): DropReason | undefined {
  if (policies.length > 0 && !gate.keyExchanges.aggressive.take(newcomer, now)) return 'key-exchange-limit';
  const signs = answerTo('aggressive', policies) === 'aggressive, signed';
  return signs && !signatures.take('signing', now) ? 'signature-limit' : undefined;
}

function newSa(
  host: InboundHost,
  { local, remote, header, bytes }: Received,
  { exchange, signatures }: { readonly exchange: Phase1Exchange; readonly signatures: SignatureAccount },
  candidates: readonly Connection[],
  now: Instant,
): IsakmpSa {
  const cookies = { initiator: header.initiatorCookie.slice(), responder: freshCookie(host.settings.random) };
  const only = candidates.length === 1 ? candidates[0]?.policy.name : undefined;
  const policies = candidates.map(({ policy }) => policy);
  const account = new ReplyAccount(answerTo(exchange, policies));
  account.received(bytes.length);
  const given = { role: 'responder', cookies, local, remote, connection: only, account, signatures } as const;
  const channel = new Channel(given, host);
  return new IsakmpSa(host, channel, now);
}

/** No connection between these addresses names the exchange that the peer began. */
function exchangeRefused(theirs: Phase1Exchange): IkeError {
  return new IkeError('EXCHANGE_NOT_ALLOWED', { theirs, ours: theirs === 'main' ? 'aggressive' : 'main' });
}

/** Phase 1 opens with no responder cookie, message id 0 and nothing encrypted (RFC 2408 §3.1). */
function isFirstMessage({ header }: Received): boolean {
  const { exchangeType, responderCookie, initiatorCookie, messageId, flags } = header;
  const phase1 = exchangeType === EXCHANGE.MAIN_MODE || exchangeType === EXCHANGE.AGGRESSIVE;
  const opens = phase1 && isZero(responderCookie) && !isZero(initiatorCookie);
  return opens && messageId === 0 && (flags & FLAG.ENCRYPTION) === 0;
}

function drop({ outbox }: InboundHost, reason: DropReason, remote: UdpEndpoint, error?: IkeError): void {
  const failure = error === undefined ? {} : { failure: failureOf(error) };
  outbox.event({ name: 'datagram.dropped', reason, remote, ...failure });
}
