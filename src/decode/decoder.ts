import { isZero, toHex } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { HEADER_BYTES, type IsakmpHeader, readHeader } from '../ike/wire/header.ts';
import { eachPayload, type PayloadView, readMessage } from '../ike/wire/message.ts';
import { EXCHANGE, FLAG } from '../ike/wire/numbers.ts';
import { type AnyPayload, readPayload } from '../ike/wire/payload.ts';
import { Fragments, type Joined } from './fragments.ts';
import type { HashVerdict } from './hash-verdict.ts';
import type { KnownKeys } from './known-keys.ts';
import { offered, type Phase1Said } from './phase1-said.ts';
import { type Opened, TrackedSa } from './tracked-sa.ts';

export interface DecodedPayload {
  readonly view: PayloadView;
  /** What the payload says, or why it could not be read. */
  readonly payload: AnyPayload | IkeError;
}

/** What could be made of the octets of a message. */
export interface DecodedMessage {
  /** Undefined where there are not even so many octets. */
  readonly header: IsakmpHeader | undefined;
  readonly protection: 'clear' | 'decrypted' | 'encrypted';
  /** Why it is still encrypted. */
  readonly why?: string;
  readonly hash?: HashVerdict | undefined;
  /** Those that could be split off; empty where it is still encrypted. */
  readonly payloads: readonly DecodedPayload[];
  /** Behind the payloads: padding of the cipher, or what could not be split. */
  readonly rest: Uint8Array;
  /** Octets of the body, payloads and rest together, as captured. */
  readonly bodyBytes: number;
  /** Octets behind the message in the datagram. */
  readonly trailing: number;
  /** What is wrong with header or chain; the payloads before that are there all the same. */
  readonly error?: IkeError;
  /** The frame of the message of which this one is, octet by octet, a repetition. */
  readonly retransmissionOf?: number;
  /** Set on a repetition that could be decrypted where the message itself could not. */
  readonly decryptedLate?: boolean;
  /** The message whose last missing fragment of IKE this one was. */
  readonly whole?: DecodedMessage;
  /** On a message that came in fragments of IKE: their frames, in their order. */
  readonly fragments?: readonly number[];
}

const NOTHING = new Uint8Array();

/**
 * Decodes the ISAKMP messages of a capture, in its order, and decrypts those whose keys are known or follow from what is known.
 *
 * Whatever the octets are, each message gives a result. It keeps something for each SA and each message that it is shown: it is for files,
 * not for a live network.
 */
export class Decoder {
  readonly #crypto: CryptoProvider;
  readonly #known: KnownKeys;
  /** What first messages said, by initiator cookie. */
  readonly #offers = new Map<string, Phase1Said>();
  /** By both cookies. */
  readonly #sas = new Map<string, TrackedSa>();
  /** By digest: a repetition must not move an IV chain. */
  readonly #seen = new Map<string, { readonly frame: number; readonly decoded: DecodedMessage }>();

  readonly #fragments = new Fragments();

  constructor(crypto: CryptoProvider, known: KnownKeys) {
    this.#crypto = crypto;
    this.#known = known;
  }

  /**
   * `datagram` is without a marker (RFC 3948 §2.2), `frame` its number in the capture, and `from` names who sent it: two sides may give
   * their fragments the same numbers.
   */
  decode(datagram: Uint8Array, frame: number, from = ''): DecodedMessage {
    const decoded = this.#once(datagram, frame);
    if (decoded.retransmissionOf !== undefined || decoded.error !== undefined) return decoded;
    const joined = this.#join(decoded, frame, from);
    if (joined === undefined) return decoded;
    return { ...decoded, whole: { ...this.#once(joined.message, frame), fragments: joined.frames } };
  }

  /** A fragment stands alone in a message, in clear. */
  #join({ header, payloads }: DecodedMessage, frame: number, from: string): Joined | undefined {
    const [only] = payloads;
    if (header === undefined || only === undefined || payloads.length > 1) return undefined;
    if (IkeError.is(only.payload) || only.payload.name !== 'fragment') return undefined;
    const of = `${toHex(header.initiatorCookie)} ${toHex(header.responderCookie)} ${from}`;
    return this.#fragments.add(of, only.payload.value, frame);
  }

  #once(datagram: Uint8Array, frame: number): DecodedMessage {
    const digest = toHex(this.#crypto.hash('sha256', datagram));
    const seen = this.#seen.get(digest);
    // One that could not be decrypted may be now, where the capture has packets in another order than they were sent.
    const decoded =
      seen === undefined || seen.decoded.protection === 'encrypted' ? this.#message(datagram) : seen.decoded;
    this.#seen.set(digest, { frame: seen?.frame ?? frame, decoded });
    if (seen === undefined) return decoded;
    const decryptedLate = seen.decoded.protection !== decoded.protection;
    return { ...decoded, retransmissionOf: seen.frame, decryptedLate };
  }

  #message(datagram: Uint8Array): DecodedMessage {
    try {
      const { header, body, trailing } = readMessage(datagram);
      if ((header.flags & FLAG.ENCRYPTION) !== 0) return { ...this.#encrypted(header, body), trailing };
      const clear = inClear(header, body);
      const hash = clear.error === undefined ? this.#hear(header, clear.payloads) : undefined;
      return { ...clear, trailing, hash };
    } catch (error) {
      if (!IkeError.is(error)) throw error;
      return damaged(datagram, error);
    }
  }

  #encrypted(header: IsakmpHeader, body: Uint8Array): Omit<DecodedMessage, 'trailing'> {
    const opened: Opened = isZero(header.responderCookie)
      ? { why: 'it has no responder cookie, so it belongs to no SA' }
      : this.#sa(header).open(header, body);
    const bodyBytes = body.length;
    if ('why' in opened)
      return { header, protection: 'encrypted', why: opened.why, payloads: [], rest: body, bodyBytes };
    const { chain, hash } = opened;
    const payloads = chain.payloads.map(decodedPayload);
    return { header, protection: 'decrypted', hash, payloads, rest: chain.rest, bodyBytes };
  }

  /** RFC 2409 §5: what phase 1 says in clear is what its keys are made of. */
  #hear(header: IsakmpHeader, decoded: readonly DecodedPayload[]): HashVerdict | undefined {
    const { exchangeType, messageId } = header;
    const phase1 = exchangeType === EXCHANGE.MAIN_MODE || exchangeType === EXCHANGE.AGGRESSIVE;
    if (!phase1 || messageId !== 0) return undefined;
    const payloads = decoded.flatMap(({ payload }) => (IkeError.is(payload) ? [] : [payload]));
    const initiator = toHex(header.initiatorCookie);
    if (isZero(header.responderCookie)) {
      this.#offers.set(initiator, offered(payloads));
      return undefined;
    }
    return this.#sa(header).hear(payloads, this.#offers.get(initiator) ?? {});
  }

  #sa(header: IsakmpHeader): TrackedSa {
    const initiator = toHex(header.initiatorCookie);
    const cookies = `${initiator} ${toHex(header.responderCookie)}`;
    const tracked = this.#sas.get(cookies);
    if (tracked !== undefined) return tracked;
    const { psks, sas } = this.#known;
    const { psk, ...known } = sas.get(initiator) ?? {};
    const sa = new TrackedSa(this.#crypto, { ...known, psks: psk === undefined ? psks : [psk, ...psks] }, header);
    this.#sas.set(cookies, sa);
    return sa;
  }
}

/** As much of a chain as can be split. */
function inClear(header: IsakmpHeader, body: Uint8Array): Omit<DecodedMessage, 'trailing'> {
  const payloads: DecodedPayload[] = [];
  let seen = 0;
  const result = { header, protection: 'clear', payloads, bodyBytes: body.length } as const;
  try {
    for (const view of eachPayload(header.nextPayload, body)) {
      payloads.push(decodedPayload(view));
      seen += 4 + view.body.length;
    }
    return { ...result, rest: body.subarray(seen) };
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return { ...result, rest: body.subarray(seen), error };
  }
}

function decodedPayload(view: PayloadView): DecodedPayload {
  try {
    return { view, payload: readPayload(view) };
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return { view, payload: error };
  }
}

/** Something of a message that is none, so that it can be looked at: its header, and the payloads of one that was cut. */
function damaged(datagram: Uint8Array, error: IkeError): DecodedMessage {
  const nothing = { protection: 'clear', payloads: [], rest: NOTHING, bodyBytes: 0, trailing: 0, error } as const;
  if (datagram.length < HEADER_BYTES) return { ...nothing, header: undefined, rest: datagram };
  const header = readHeader(datagram);
  const body = datagram.subarray(HEADER_BYTES);
  if (error.code === 'INVALID_MAJOR_VERSION') return { ...nothing, header, rest: body, bodyBytes: body.length };
  if ((header.flags & FLAG.ENCRYPTION) !== 0)
    return { ...nothing, header, protection: 'encrypted', why: error.message, rest: body, bodyBytes: body.length };
  return { ...inClear(header, body), trailing: 0, error };
}
