import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { GENERIC_HEADER_BYTES, readGeneric, writeGeneric } from './generic-header.ts';
import { HEADER_BYTES, type IsakmpHeader, readHeader, writeHeader } from './header.ts';
import { PAYLOAD, payloadName } from './numbers.ts';

/** One message as it lies in a datagram: the first level, which fails for nothing but lengths and the version. */
export interface IsakmpMessage {
  readonly header: IsakmpHeader;
  /** What follows the header up to its Length, a view: the chain of payloads, or the ciphertext of one. */
  readonly body: Uint8Array;
  /** Octets of the datagram behind Length. */
  readonly trailing: number;
}

/** One payload of a chain, its contents not looked at. */
export interface PayloadView {
  readonly type: number;
  /** Without the generic header: a view. */
  readonly body: Uint8Array;
  /** RESERVED of the generic header as received. */
  readonly reserved: number;
}

export interface PayloadChain {
  readonly payloads: readonly PayloadView[];
  /** What lies behind the last payload: padding of the cipher. Its contents are never judged. */
  readonly rest: Uint8Array;
}

/** Ours: no exchange needs half as many, and each costs an object. */
export const MAX_PAYLOADS = 64;

const MAJOR_VERSION = 1;
const MINOR_VERSION = 0;

/** What `writeMessage` wants of a header; it sets the rest itself. */
export type HeaderFields = Omit<IsakmpHeader, 'nextPayload' | 'length' | 'majorVersion' | 'minorVersion'>;
/** What `frameMessage` wants of a header. */
export type FramedFields = Omit<IsakmpHeader, 'length' | 'majorVersion' | 'minorVersion'>;

/**
 * Splits a datagram into header and body.
 *
 * Octets behind Length are counted and otherwise ignored. Interop: some stacks pad the datagram, and RFC 2408 §3.1 does
 * not say what they mean.
 *
 * Throws PAYLOAD_MALFORMED (`Length`, or the header's field at which the datagram ends) and INVALID_MAJOR_VERSION. A higher minor version is read:
 * Deviation: RFC 2408 §3.1 says that it SHOULD NOT be accepted, but no other minor version of version 1 was ever defined.
 */
export function readMessage(datagram: Uint8Array): IsakmpMessage {
  const header = readHeader(datagram);
  if (header.majorVersion !== MAJOR_VERSION) {
    throw new IkeError('INVALID_MAJOR_VERSION', {
      what: 'Version',
      major: header.majorVersion,
      minor: header.minorVersion,
    });
  }
  if (header.length < HEADER_BYTES) {
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'Length', need: HEADER_BYTES, have: header.length });
  }
  if (header.length > datagram.length) {
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'Length', need: header.length, have: datagram.length });
  }
  const body = datagram.subarray(HEADER_BYTES, header.length);
  return { header, body, trailing: datagram.length - header.length };
}

/**
 * Type, length and raw body of every payload, of known type or not; `first` is the type of the first one.
 *
 * Throws PAYLOAD_MALFORMED for a length below 4 or past the end, naming the payload, and for more than `MAX_PAYLOADS`.
 */
export function viewPayloads(first: number, bytes: Uint8Array): PayloadChain {
  const payloads: PayloadView[] = [];
  let length = 0;
  for (const view of eachPayload(first, bytes)) {
    payloads.push(view);
    length += GENERIC_HEADER_BYTES + view.body.length;
  }
  return { payloads, rest: bytes.subarray(length) };
}

/** As `viewPayloads`, one by one, so that the good part of a bad chain can be shown. */
export function* eachPayload(first: number, bytes: Uint8Array): Generator<PayloadView, void, undefined> {
  const r = new ByteReader(bytes);
  let type = first;
  for (let count = 0; type !== PAYLOAD.NONE; count++) {
    if (count === MAX_PAYLOADS)
      throw new IkeError('PAYLOAD_MALFORMED', { what: 'number of payloads', limit: MAX_PAYLOADS });
    const { next, reserved, body } = readGeneric(r, payloadName(type));
    yield { type, body, reserved };
    type = next;
  }
}

/** The payloads behind each other, each with its generic header, RESERVED zero. No payloads are no octets. */
export function writeChain(payloads: readonly { readonly type: number; readonly body: Uint8Array }[]): Uint8Array {
  const w = new ByteWriter(chainBytes(payloads));
  appendChain(w, payloads);
  return w.finish();
}

interface Outgoing {
  readonly type: number;
  readonly body: Uint8Array;
}

function chainBytes(payloads: readonly Outgoing[]): number {
  let length = 0;
  for (const { body } of payloads) length += GENERIC_HEADER_BYTES + body.length;
  return length;
}

function appendChain(w: ByteWriter, payloads: readonly Outgoing[]): void {
  let next = 1;
  for (const { body } of payloads) writeGeneric(w, payloads[next++]?.type ?? PAYLOAD.NONE, body);
}

/** A whole message in clear. */
export function writeMessage(
  header: HeaderFields,
  payloads: readonly { readonly type: number; readonly body: Uint8Array }[],
): Uint8Array {
  const w = framed(header, payloads[0]?.type ?? PAYLOAD.NONE, chainBytes(payloads));
  appendChain(w, payloads);
  return w.finish();
}

/** A header before a body that is ready: ciphertext, usually, whose first payload's type stays readable in the header. */
export function frameMessage(header: FramedFields, body: Uint8Array): Uint8Array {
  return framed(header, header.nextPayload, body.length).bytes(body).finish();
}

/** A header, with room behind it for so many octets. */
function framed(header: HeaderFields, nextPayload: number, bodyBytes: number): ByteWriter {
  const length = HEADER_BYTES + bodyBytes;
  const { initiatorCookie, responderCookie, exchangeType, flags, messageId } = header;
  return writeHeader(new ByteWriter(length), {
    initiatorCookie,
    responderCookie,
    nextPayload,
    majorVersion: MAJOR_VERSION,
    minorVersion: MINOR_VERSION,
    exchangeType,
    flags,
    messageId,
    length,
  });
}
