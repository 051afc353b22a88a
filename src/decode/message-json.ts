import type { UdpEndpoint } from '../base/address.ts';
import { hex32, toHex } from '../base/bytes.ts';
import type { CapturedDatagram } from '../capture/udp.ts';
import type { IsakmpHeader } from '../ike/wire/header.ts';
import { exchangeName } from '../ike/wire/numbers.ts';
import { flagNames } from '../ike/wire/print.ts';
import type { DecodedMessage } from './decoder.ts';
import { type ErrorJson, errorJson } from './error-json.ts';
import type { HashKind } from './hash-verdict.ts';
import { type PayloadJson, payloadJson } from './payload-json.ts';

/**
 * One ISAKMP message of a capture. Every key is always there; what a message does not have is null. Keys are added in later
 * versions, and none is renamed or taken away within a major version.
 */
export interface MessageJson {
  /** Of the frame, from 1, as Wireshark counts. */
  readonly number: number;
  /** ISO 8601, UTC, to the microsecond. */
  readonly time: string;
  readonly source: UdpEndpoint;
  readonly destination: UdpEndpoint;
  /** 16 digits. Null, as everything else of the header, where the datagram is shorter than one. */
  readonly initiatorCookie: string | null;
  readonly responderCookie: string | null;
  /** `1.0`. */
  readonly version: string | null;
  /** `MAIN-MODE`, `AGGRESSIVE`, `QUICK-MODE`, `INFORMATIONAL`, `TRANSACTION`, …; `EXCHANGE(240)` for an unknown one. */
  readonly exchange: string | null;
  readonly exchangeType: number | null;
  /** 8 digits. */
  readonly messageId: string | null;
  /** Names of the bits that are set. */
  readonly flags: readonly string[];
  /** Type of the first payload, in clear even where the payloads are not. */
  readonly nextPayload: number | null;
  /** Of the whole message, by its header. */
  readonly length: number | null;
  readonly encryption: {
    /** `clear`: it was sent so. `encrypted`: it is so still. */
    readonly status: 'clear' | 'decrypted' | 'encrypted';
    /** Why it is still encrypted. */
    readonly reason: string | null;
  };
  /** Null where the message has no HASH that could be verified. */
  readonly hash: {
    /** `unchecked`: the keys that it needs are not known. */
    readonly status: 'verified' | 'wrong' | 'unchecked';
    readonly kind: HashKind | null;
  } | null;
  /** Those in clear or decrypted, up to the first that cannot be split off. */
  readonly payloads: readonly PayloadJson[];
  /** Octets behind the payloads, within the message: padding of the cipher, mostly. */
  readonly padding: number;
  /** Octets behind the message, within the datagram. */
  readonly trailing: number;
  /** Numbers of its fragments of IKE, on a message that came in some: it has the number of the one that made it whole. */
  readonly fragments: readonly number[] | null;
  /** Number of the message that this one repeats octet by octet. */
  readonly retransmissionOf: number | null;
  /** False where the capture cut the end off, or a fragment of IP is missing. */
  readonly complete: boolean;
  /** What is wrong with the header or the chain of payloads. */
  readonly error: ErrorJson | null;
}

export function messageJson(
  { frame, source, destination, complete }: CapturedDatagram,
  time: string,
  decoded: DecodedMessage,
): MessageJson {
  const { header, protection, why, hash, payloads, rest, trailing, error, retransmissionOf, fragments } = decoded;
  return {
    ...{ number: frame, time, source, destination },
    ...(header === undefined ? NO_HEADER : headerFields(header)),
    encryption: { status: protection, reason: why ?? null },
    hash: hash === undefined ? null : { status: hash.status, kind: hash.kind ?? null },
    payloads: payloads.map(payloadJson),
    padding: protection === 'encrypted' ? 0 : rest.length,
    trailing,
    fragments: fragments ?? null,
    retransmissionOf: retransmissionOf ?? null,
    complete,
    error: error === undefined ? null : errorJson(error),
  };
}

type HeaderFields = Pick<
  MessageJson,
  | ('initiatorCookie' | 'responderCookie' | 'version' | 'exchange' | 'exchangeType')
  | ('messageId' | 'flags' | 'nextPayload' | 'length')
>;

const NO_HEADER: HeaderFields = {
  initiatorCookie: null,
  responderCookie: null,
  version: null,
  exchange: null,
  exchangeType: null,
  messageId: null,
  flags: [],
  nextPayload: null,
  length: null,
};

function headerFields(header: IsakmpHeader): HeaderFields {
  const { exchangeType, nextPayload, length } = header;
  return {
    initiatorCookie: toHex(header.initiatorCookie),
    responderCookie: toHex(header.responderCookie),
    version: `${header.majorVersion}.${header.minorVersion}`,
    exchange: exchangeName(exchangeType),
    exchangeType,
    messageId: hex32(header.messageId),
    flags: flagNames(header.flags),
    nextPayload,
    length,
  };
}
